// Committees, sponsors and boards on a desk, on a phone, by keyboard and on
// paper: nothing runs over the edge, everything opens down, a refused form leads
// to what is to be mended.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessible, desk, go, heading, phone, refuses, tooWide, visit } from './office.mjs';

async function usable(page, what) {
  assert.deepEqual(await tooWide(page), [], what);
  await accessible(page, what);
}

// leads gives the address of the first link of the page that looks so.
const leads = (page, like) => page.locator('main a[href]').evaluateAll((all, like) => all.map((a) => a.getAttribute('href')).find((h) => new RegExp(like).test(h)), like);

for (const [where, viewport] of [['a desk', desk], ['a phone', phone]]) {
  test(`committees, sponsors and boards are usable on ${where}`, async () => {
    const page = await visit('tinh', '/to-chuc/ban-chi-dao', { viewport });
    await usable(page, `which units have a committee, on ${where}`);
    const committee = await leads(page, '/ban-chi-dao/[0-9A-V]{26}$');
    await go(page, committee);
    await usable(page, `a committee, on ${where}`);
    await go(page, await leads(page, '/cuoc-hop/'));
    await usable(page, `a meeting, on ${where}`);
    await go(page, '/to-chuc/do-dau');
    await usable(page, `who sponsors whom, on ${where}`);
    await go(page, '/to-chuc/do-dau/bao-cao?ky=2016-2020');
    await usable(page, `the report of all sponsors, on ${where}`);
    const says = await page.locator('#theo-noi tbody tr').first().innerText();
    await go(page, await page.locator('#theo-noi tbody a').first().getAttribute('href'));
    await usable(page, `the report of one place, on ${where}`);
    assert.ok((await heading(page)).includes(says.match(/\d+ trên \d+/)[0]), 'the line opens as much as it says');
    await go(page, await leads(page, '/do-dau/[0-9A-V]{26}$'));
    await usable(page, `a sponsor, on ${where}`);
    for (const path of ['/nhiem-vu/2020', '/nhiem-vu/2020/bieu-do', '/nhiem-vu/dung-han', '/nhiem-vu/cho', '/nhiem-vu/ke-hoach', '/nhiem-vu/gui-den', '/to-chuc/co-quan', '/to-chuc/uy-quyen']) {
      await go(page, path);
      await usable(page, `${path}, on ${where}`);
    }
  });
}

test('a form is sent by Enter, says all that is wrong and leads to each field by keyboard', async () => {
  const page = await visit('xa', '/to-chuc/ban-chi-dao');
  await go(page, (await leads(page, '/ban-chi-dao/[0-9A-V]{26}$')) + '/them');
  await page.locator('input[name=subject]').fill('Vay vốn');
  refuses(422);
  await Promise.all([page.waitForEvent('load'), page.locator('input[name=from]').press('Enter')]);
  await usable(page, 'a refused form');
  assert.equal(await page.locator('.summary a').count(), 3, 'a name, an office and a role are missing');
  assert.equal(await page.locator('input[name=subject]').inputValue(), 'Vay vốn');
  assert.ok(await page.evaluate(() => document.activeElement.matches('.summary')), 'the summary is read first');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  assert.ok(await page.evaluate(() => document.activeElement.name === 'member'), 'it leads to the field');
});

test('boards, committees and reports are printed on A4', async () => {
  const page = await visit('tinh', '/nhiem-vu/2020');
  for (const path of ['/nhiem-vu/2020', '/nhiem-vu/2020/bieu-do', '/to-chuc/ban-chi-dao', '/to-chuc/do-dau/bao-cao?ky=2020&co-quan=so-y-te']) {
    await go(page, path);
    const paper = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
    const sizes = new Set([...paper.matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)].map((m) => [m[1], m[2]].map((n) => Math.round(n / 2.8346)).sort((a, b) => a - b).join('x')));
    assert.deepEqual([...sizes], ['210x297'], path);
    await page.emulateMedia({ media: 'print' });
    const small = await page.evaluate(() => [...document.querySelectorAll('main :is(th, td, td span)')].filter((e) => e.checkVisibility() && parseFloat(getComputedStyle(e).fontSize) < 10.6).map((e) => e.outerHTML.slice(0, 100)));
    assert.deepEqual(small.slice(0, 3), [], `${path} is printed in letters of less than 8 points`);
    await page.emulateMedia({ media: null });
  }
});
