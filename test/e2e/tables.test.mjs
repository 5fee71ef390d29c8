import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { base, go, heading, refuses, visit } from './office.mjs';

const number = (s) => Number(s.replace(/[^\d-]/g, ''));

test('from the overview through a table and a cell to a household', async () => {
  const page = await visit('tinh', '/');
  assert.match(await heading(page), /nghèo/i);
  await page.locator('svg.chart').first().waitFor();
  await page.getByRole('link', { name: 'Bảng số liệu' }).first().click();
  await page.getByRole('link', { name: 'Kết quả rà soát theo địa bàn', exact: true }).first().click();
  await page.waitForURL(/\/bang\/results/);

  const row = page.locator('main table tbody tr', { has: page.locator('a[href*="cot=poor&"], a[href*="cot=poor"]') }).first();
  await row.locator('th a').first().click();
  await page.waitForURL(/dia-ban=/);
  const cell = page.locator('main table a[href*="/o?"][href*="cot=poor"]').first();
  const shown = number(await cell.innerText());
  assert.ok(shown > 0, 'there are poor households there');
  await cell.click();
  await page.waitForURL(/\/o\?/);
  const households = page.locator('main table tbody tr');
  assert.equal(await households.count(), Math.min(shown, 100) === shown ? shown : await households.count(), 'as many households as the cell says');
  assert.match(await page.locator('main').innerText(), new RegExp(`${shown} hộ`));
  await households.first().locator('a').first().click();
  await page.waitForURL(/\/ho\/[0-9A-V]{26}/);
  assert.match(await page.locator('main').innerText(), /Thành viên/);
});

test('every table opens, adds up, and can be had as a file', async () => {
  const page = await visit('tinh', '/bang');
  // The comparison of standards is a page of its own kind.
  const tables = (await page.locator('main a[href^="/bang/"]').evaluateAll((all) => [...new Set(all.map((a) => a.getAttribute('href')))])).filter((h) => !h.startsWith('/bang/so-chuan'));
  assert.ok(tables.length >= 10, `${tables.length} tables`);
  for (const href of tables) {
    await go(page, href);
    assert.ok((await page.locator('main table tbody tr').count()) > 0, `${href} has rows`);
    assert.doesNotMatch(await page.locator('main').innerText(), /‹|không khớp/, `${href} is sound`);
  }
  await go(page, '/bang/results');
  for (const format of ['csv', 'xlsx', 'json']) {
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator(`a[href*="/tep/${format}"]`).first().click()]);
    const content = readFileSync(await download.path());
    assert.ok(content.length > 100, `${format} has content`);
    if (format === 'csv') assert.match(content.toString(), /area_code,area_name,households,poor,near_poor,not_poor,undetermined,not_surveyed/);
    if (format === 'xlsx') assert.equal(content.subarray(0, 2).toString(), 'PK');
    if (format === 'json') JSON.parse(content.toString());
  }
});

test('the table of a place that is not one’s own is absent', async () => {
  const page = await visit('xa', '/bang/results');
  const own = await page.locator('main').innerText();
  assert.match(own, /Bản|Thôn|Khu/);
  refuses(404);
  assert.equal(await go(page, '/bang/results?dia-ban=14845.2016'), 404);
});

test('a table of an old year stands on the boundaries asked for', async () => {
  const page = await visit('tinh', '/bang/results?dot=2016&dia-gioi=2025-07-01');
  assert.equal(await page.locator('main table tbody tr').count(), 166 + (await page.locator('main table tbody tr.total').count()));
  assert.ok(page.url().startsWith(base));
});
