// A commune's officer takes the list out, changes it in a spreadsheet program,
// and brings it back: with a fault first, then without, and takes it back.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { accessible, go, heading, phone, refuses, tooWide, visit } from './office.mjs';

const folder = mkdtempSync(join(tmpdir(), 'giamngheo-import-'));
after(() => rmSync(folder, { recursive: true, force: true }));

async function exported(page, format) {
  await go(page, '/xuat');
  await page.locator(`input[name=format][value=${format}]`).check();
  await page.getByLabel('Mục đích').fill('gửi thôn đối chiếu');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Xuất tệp' }).click()]);
  const path = join(folder, download.suggestedFilename());
  await download.saveAs(path);
  return path;
}

// changed writes a copy of a .csv with one value of the first rows changed.
function changed(from, name, column, value, rows) {
  const lines = readFileSync(from, 'utf8').split('\r\n');
  const at = lines[0].replace('\ufeff', '').split(',').indexOf(column);
  assert.ok(at >= 0, `there is a column ${column}`);
  for (let i = 1; i <= rows; i++) {
    const cells = lines[i].split(',');
    cells[at] = value;
    lines[i] = cells.join(',');
  }
  const path = join(folder, name);
  writeFileSync(path, lines.join('\r\n'));
  return path;
}

async function bring(page, path) {
  await go(page, '/nhap');
  await page.locator('#tep').setInputFiles(path);
  await page.getByRole('button', { name: 'Tải lên và kiểm tra' }).click();
  await page.waitForURL(/\/nhap\/viec\//);
  await page.locator('.kpi, .notice.bad').first().waitFor();
}

for (const [on, viewport] of [['a desk', undefined], ['a phone', phone]]) {
  test(`a list goes out, comes back with faults, then without, and is taken back, on ${on}`, async () => {
    const page = await visit('xa', '/nhap', { viewport });
    assert.deepEqual(await tooWide(page), []);
    await accessible(page);
    const csv = await exported(page, 'csv');
    await accessible(page);
    assert.deepEqual(await tooWide(page), []);

    await bring(page, changed(csv, 'sai.csv', 'Giới tính', 'cáo', 2));
    assert.match(await heading(page), /sai\.csv: 2 chỗ phải sửa/);
    assert.match(await page.locator('#cho-sai').innerText(), /K2[\s\S]*Không hiểu giới tính «cáo»[\s\S]*K3/);
    assert.equal(await page.getByRole('button', { name: 'Ghi vào hệ thống' }).count(), 0);
    assert.deepEqual(await tooWide(page), []);
    await accessible(page);
    const [marked] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Tải bản có đánh dấu' }).click()]);
    await marked.saveAs(join(folder, 'danh-dau.csv'));
    assert.equal(marked.suggestedFilename(), 'sai (đánh dấu).csv');
    assert.match(readFileSync(join(folder, 'danh-dau.csv'), 'utf8'), /K3: Không hiểu giới tính «cáo»/);

    const name = viewport ? 'dung-phone.csv' : 'dung.csv';
    await bring(page, changed(csv, name, 'Ghi chú về hộ', 'đã đối chiếu', 2));
    assert.match(await heading(page), /kiểm tra xong, chưa ghi/);
    await accessible(page);
    await page.getByRole('button', { name: 'Ghi vào hệ thống' }).dblclick();
    await page.getByText('Đã ghi đủ cả tệp').waitFor();
    await page.reload();
    assert.match(await heading(page), /^Đã ghi tệp/);
    await accessible(page);

    await go(page, '/nhap');
    const row = page.locator('#lan-nhap tbody tr', { hasText: name });
    assert.equal(await row.count(), 1, 'two clicks wrote once');
    assert.match(await row.innerText(), /đã nhập/);
    await row.getByRole('link', { name: 'Hoàn tác' }).click();
    await accessible(page);
    await page.getByLabel('Lý do hoàn tác').fill('nhập nhầm tệp');
    await page.getByRole('button', { name: 'Hoàn tác cả lần nhập' }).click();
    await page.getByText('đã trở lại như trước khi nhập').waitFor();
    await go(page, '/nhap');
    assert.match(await row.innerText(), /đã hoàn tác[\s\S]*nhập nhầm tệp/);
    assert.equal(readFileSync(await exported(page, 'csv'), 'utf8'), readFileSync(csv, 'utf8'), 'after the undo all is as before');
  });
}

test('a workbook with its members comes back as it went out', async () => {
  const page = await visit('xa', '/');
  await bring(page, await exported(page, 'xlsx'));
  assert.match(await heading(page), /không có gì thay đổi/);
});

test('a file that is too large is refused before it is sent, and a foreign one says what to do', async () => {
  const page = await visit('xa', '/nhap');
  await page.locator('form[data-upload]').evaluate((f) => (f.dataset.max = '10'));
  const path = join(folder, 'thu.csv');
  writeFileSync(path, 'Chủ hộ,Thôn\nA,B\n');
  await page.locator('#tep').setInputFiles(path);
  await page.getByRole('button', { name: 'Tải lên và kiểm tra' }).click();
  assert.match(await page.locator('[data-answer]').innerText(), /lớn hơn/);
  assert.match(page.url(), /\/nhap$/);
  writeFileSync(path, '<html><table></table></html>');
  await bring(page, path);
  assert.match(await page.locator('main').innerText(), /không nhận được[\s\S]*Chưa ghi gì[\s\S]*trang web/);
  await accessible(page);
});

test('what the form lacks is said at its field, with and without the script', async () => {
  const page = await visit('quantri', '/nhap');
  assert.match(page.url(), /\/nhap\/thon$/, 'the administrator brings areas only');
  await accessible(page);
  refuses(422);
  await page.getByRole('button', { name: 'Tải lên và kiểm tra' }).click();
  await page.locator('.summary').waitFor();
  assert.match(await page.locator('.summary').innerText(), /Chọn địa bàn[\s\S]*Chọn tệp cần nhập/);
  writeFileSync(join(folder, 'thon.csv'), 'Tên thôn\nMới\n');
  await page.locator('#tep').setInputFiles(join(folder, 'thon.csv'));
  refuses(422);
  await page.getByRole('button', { name: 'Tải lên và kiểm tra' }).click();
  await page.locator('[data-answer] .notice').waitFor();
  assert.match(await page.locator('[data-answer]').innerText(), /Chọn địa bàn/);
  await go(page, '/nhap/ranh-gioi');
  await accessible(page);
});

test('a result of somebody else, or of before a restart, says plainly that it is gone', async () => {
  const page = await visit('xa', '/nhap');
  refuses(404);
  assert.equal(await go(page, '/nhap/viec/00000000000000000000000000'), 404);
  assert.match(await page.locator('main').innerText(), /máy chủ vừa khởi động lại[\s\S]*tải tệp lên lại/);
});
