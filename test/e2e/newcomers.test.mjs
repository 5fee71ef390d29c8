// New households come by a file: with every kind of fault first, then well; they
// are found by the search as soon as they are written, and no longer once the
// import is undone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { go, refuses, visit } from './office.mjs';

const columns = 'STT,Thôn,Chủ hộ,Ngày sinh,Giới tính,Dân tộc,Điểm B1,Chỉ số 1,Chỉ số 2,Chỉ số 3,Chỉ số 4,Chỉ số 5,Chỉ số 6,Chỉ số 7,Chỉ số 8,Chỉ số 9,Chỉ số 10\n';
const well = (village) => `1,${village},Hà Văn Kiểm Thử,12/03/1970,Nam,Thái,100,1,0,0,1,0,0,1,0,1,0\n`;
const faulty = '2,Bản Không Có,Lò Thị Sai,31/02/1990,Nữ,Thái,chín mươi,0,0,0,0,0,0,0,0,0,0\n';

async function ownVillage(page) {
  await go(page, '/ho');
  return (await page.locator('#ket-qua td[data-label="Nơi ở"]').first().innerText()).split(',')[0].trim();
}

// hand brings a file and waits for what the check says.
async function hand(page, name, content) {
  await go(page, '/nhap');
  await page.locator('#tep').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(content) });
  await page.getByRole('button', { name: 'Tải lên và kiểm tra' }).click();
}

async function searched(page) {
  await go(page, '/ho?q=kiem thu ha');
  return page.locator('#ket-qua tbody tr', { hasText: 'Hà Văn Kiểm Thử' }).count();
}

test('a file with faults is told cell by cell, mended, written, and taken back as a whole', async () => {
  const page = await visit('xa', '/ho');
  const village = await ownVillage(page);
  await hand(page, 'sai.csv', columns + well(village) + faulty);
  await page.waitForURL(/\/nhap\/viec\//);
  await page.getByRole('heading', { name: 'Tệp sai.csv: 3 chỗ phải sửa' }).waitFor();
  assert.match(await page.locator('[role=alert]').innerText(), /Chưa ghi gì/);
  const told = await page.locator('#cho-sai tbody tr').allInnerTexts();
  for (const [cell, words] of [['B3', /Bản Không Có/], ['D3', /31\/02\/1990/], ['G3', /chín mươi/]]) {
    const row = told.find((r) => r.trimStart().startsWith(cell));
    assert.ok(row, `${cell} is told`);
    assert.match(row, words);
  }
  assert.equal(await page.getByRole('button', { name: 'Ghi vào hệ thống' }).count(), 0, 'a faulty file cannot be written');
  assert.equal(await searched(page), 0, 'nothing of the faulty file was written');

  await hand(page, 'dung.csv', columns + well(village));
  await page.getByRole('button', { name: 'Ghi vào hệ thống' }).click();
  await page.getByRole('heading', { name: 'Đã ghi tệp dung.csv' }).waitFor();
  await page.waitForTimeout(500); // names are searched from memory, filled every tenth of a second
  assert.equal(await searched(page), 1);
  await page.locator('#ket-qua tbody tr a').first().click();
  await page.waitForURL(/\/ho\/[0-9A-V]{26}/);
  assert.match(await page.locator('main').innerText(), /Hộ nghèo/);

  await go(page, '/nhap');
  await page.locator('#lan-nhap tbody tr', { hasText: 'dung.csv' }).first().getByRole('link', { name: 'Hoàn tác' }).click();
  await page.waitForURL(/\/hoan-tac/);
  await page.locator('main textarea, main input[type=text]').first().fill('nhập nhầm tệp để thử');
  await page.locator('main form button').first().click();
  await page.getByText(/hoàn tác/i).first().waitFor();
  await page.waitForTimeout(1500);
  assert.equal(await searched(page), 0, 'the import is taken back as a whole');
});

test('who may not import has no way to it', async () => {
  const page = await visit('chutich', '/');
  assert.equal(await page.locator('a[href="/nhap"]').count(), 0);
  refuses(403);
  assert.equal(await go(page, '/nhap'), 403);
});
