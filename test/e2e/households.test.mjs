import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base, go, heading, refuses, visit } from './office.mjs';

const rows = (page) => page.locator('#ket-qua tbody tr');

async function found(page, typed) {
  await page.locator('#q').fill(typed);
  await page.waitForURL((u) => u.searchParams.get('q') === typed);
  return rows(page);
}

// plain takes away marks, as people type in a hurry.
const plain = (s) => s.normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/đ/g, 'd').replace(/Đ/g, 'D').toLowerCase();

async function someHousehold(page) {
  const link = rows(page).first().locator('a').first();
  return { name: await link.evaluate((a) => a.firstChild.textContent.trim()), href: await link.getAttribute('href') };
}

test('a search answers while somebody types, with or without marks, in any order', async () => {
  const page = await visit('xa', '/ho');
  const { name, href } = await someHousehold(page);
  for (const typed of [name, plain(name), plain(name).split(' ').reverse().join(' '), plain(name).split(' ').map((w) => w.slice(0, 2)).join(' ')]) {
    const list = await found(page, typed);
    await list.locator(`a[href^="${href}"]`).first().waitFor({ timeout: 5000 });
  }
  assert.equal(await (await found(page, 'khong co ai ten nhu the')).count(), 0);
  assert.match(await page.locator('#ket-qua').innerText(), /Không|không/);
});

test('the search box is reached, used and left by keyboard', async () => {
  const page = await visit('xa', '/ho');
  const { name } = await someHousehold(page);
  await page.keyboard.press('/');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'q');
  await page.keyboard.type(plain(name));
  await page.waitForURL((u) => u.searchParams.has('q'));
  await page.waitForTimeout(300);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/ho\/[0-9A-V]{26}/);
});

test('the list is narrowed by result and by indicator, and the address keeps it', async () => {
  const page = await visit('huyen', '/ho');
  await page.locator('#ket-qua-loc').selectOption('poor');
  await page.waitForURL(/ket-qua-loc=poor/);
  await page.waitForFunction(() => [...document.querySelectorAll('#ket-qua tbody tr')].every((r) => /Hộ nghèo/.test(r.innerText)));
  const before = await page.locator('#ket-qua').innerText();
  await page.reload();
  assert.equal(await page.locator('#ket-qua').innerText(), before);
});

test('the page of a household says who lives there, how it fared, and why', async () => {
  const page = await visit('xa', '/ho?ket-qua-loc=poor');
  const { name, href } = await someHousehold(page);
  await go(page, href);
  assert.match(await heading(page), new RegExp(name.split(' ').at(-1)));
  const said = await page.locator('main').innerText();
  for (const part of [/Vì sao năm \d{4}/, /Điểm B1/, /Căn cứ:/, /Các đợt rà soát của hộ/, /Thành viên: \d+ người/, /Thiếu hụt dịch vụ xã hội cơ bản/, /theo từng chuẩn/]) {
    assert.match(said, part);
  }
});

test('a household of another commune is as absent as one that never was', async () => {
  const province = await visit('tinh', '/ho?ket-qua-loc=poor');
  const own = await visit('xa', '/');
  const commune = (await own.locator('body').innerText()).match(/(Xã|Phường|Thị trấn) [^\n·:,]+/)[0].trim();
  const foreign = await rows(province).evaluateAll((list, c) => list.filter((r) => !r.innerText.includes(c)).map((r) => r.querySelector('a').getAttribute('href'))[0], commune);
  assert.ok(foreign, 'the province sees households elsewhere');
  refuses(404);
  const id = foreign.match(/\/ho\/([0-9A-V]{26})/)[1];
  assert.equal(await go(own, `/ho/${id}`), 404);
  const said = await own.locator('body').innerText();
  assert.equal(await go(own, '/ho/00000000000000000000000000'), 404);
  assert.equal(await own.locator('body').innerText(), said);
  assert.equal(await go(own, `/ra-soat/2020/${id}`), 404);
  assert.equal(await own.locator('body').innerText(), said);
});

test('a department sees the indicators of its subject and nothing else', async () => {
  const whole = await visit('tinh', '/ho?ket-qua-loc=poor');
  const href = (await rows(whole).first().locator('a').first().getAttribute('href')).split('?')[0];
  await go(whole, href);
  const everything = await whole.locator('main').innerText();
  assert.match(everything, /Chất lượng nhà ở/);
  assert.match(everything, /CMND\/CCCD/);

  for (const [name, own, others] of [
    ['yte', [/Tiếp cận dịch vụ y tế/, /Bảo hiểm y tế/], [/Chất lượng nhà ở/, /Nguồn nước/, /đi học của trẻ/, /Điểm B1/, /CMND\/CCCD/, /Nguyên nhân/]],
    ['giaoduc', [/đi học của trẻ/], [/Chất lượng nhà ở/, /Bảo hiểm y tế/, /Điểm B1/, /CMND\/CCCD/, /Nguyên nhân/]],
  ]) {
    const page = await visit(name, href);
    const said = await page.locator('main').innerText();
    for (const part of own) assert.match(said, part, `${name} sees its indicators`);
    for (const part of others) assert.doesNotMatch(said, part, `${name} sees more than its subject`);
    const source = await page.content();
    assert.ok(!source.includes(`${base}/ra-soat/2020/`), 'no way into the form');
  }
});
