import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessible, go, refuses, visit } from './office.mjs';

// Answers of the form by the name of the question: two deprivations of the
// house, none of the members.
function answer(name) {
  if (name === 'b1') return '95';
  if (name === 'm2') return '48';
  if (name === 'causes') return '1 3';
  if (name.startsWith('cs-')) return ['cs-housing_quality', 'cs-water'].includes(name) ? '1' : '2';
  if (name.startsWith('tv-om-')) return '2'; // nobody went untreated
  if (name.startsWith('tv-')) return '1'; // insured, schooled, at school
  return '';
}

// notYet finds a household of the commune without a form in the round.
async function notYet(page) {
  await go(page, '/ho?ket-qua-loc=not_surveyed');
  const link = page.locator('#ket-qua tbody tr a').first();
  return { name: await link.evaluate((a) => a.firstChild.textContent.trim()), id: (await link.getAttribute('href')).match(/[0-9A-V]{26}/)[0] };
}

async function tabTo(page, wanted) {
  for (let i = 0; i < 80; i++) {
    if (await page.evaluate((t) => document.activeElement?.innerText?.trim().startsWith(t), wanted)) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`no way by Tab to ${wanted}`);
}

test('a form is entered by keyboard alone, from the search to the next form', async () => {
  const page = await visit('xa', '/ho');
  const { name, id } = await notYet(page);
  await go(page, '/ho');
  await page.keyboard.press('/');
  await page.keyboard.type(name);
  await page.waitForURL((u) => u.searchParams.get('q') === name);
  await page.locator(`#ket-qua a[href*="${id}"]`).first().waitFor();
  await page.waitForTimeout(300);
  await page.keyboard.press('ArrowDown');
  for (let i = 0; i < 20 && !(await page.evaluate((h) => document.activeElement.href?.includes(h), id)); i++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.waitForURL(new RegExp(`/ho/${id}`));
  await tabTo(page, 'Nhập phiếu');
  await page.keyboard.press('Enter');
  await page.waitForURL(new RegExp(`/ra-soat/2020/${id}`));

  await page.waitForFunction(() => document.activeElement?.closest('[data-question]'));
  const asked = [];
  for (let i = 0; i < 100; i++) {
    const at = await page.evaluate(() => {
      const e = document.activeElement;
      return e?.closest('[data-question]') ? { name: e.name, number: e.type !== 'radio' } : null;
    });
    if (!at) break;
    asked.push(at.name);
    await page.keyboard.type(answer(at.name));
    if (at.number) await page.keyboard.press('Enter');
  }
  assert.equal(asked[0], 'b1');
  assert.deepEqual(asked.filter((n) => n.startsWith('cs-')).length, 10, 'all ten indicators were asked in turn');
  assert.equal(new Set(asked).size, asked.length, 'each question was asked once');
  await page.waitForFunction(() => /Hộ nghèo/.test(document.getElementById('result').innerText));
  await page.keyboard.press('F8');
  await page.waitForURL((u) => !u.pathname.endsWith(id));

  await go(page, `/ho/${id}?dot=2020`);
  const said = await page.locator('main').innerText();
  assert.match(said, /Hộ nghèo/);
  assert.match(said, /Chất lượng nhà ở/);
});

test('a mistyped form says at the question what is wrong, and keeps the answers', async () => {
  const page = await visit('xa', '/ho');
  const { id } = await notYet(page);
  await go(page, `/ra-soat/2020/${id}`);
  await page.locator('[name=b1]').fill('chin muoi');
  await page.locator('label[for="cs-water"]').click();
  refuses(422);
  await page.keyboard.press('F8');
  await page.locator('[data-summary]').waitFor();
  assert.equal(await page.locator('[name=b1]').inputValue(), 'chin muoi');
  assert.ok(await page.locator('[name="cs-water"]').first().isChecked());
  assert.equal(await page.locator('[name=b1]').getAttribute('aria-invalid'), 'true');
  await accessible(page);
});

test('two people with the same form: the second is told, and nothing is lost', async () => {
  const first = await visit('xa', '/ho');
  const { id } = await notYet(first);
  await go(first, `/ra-soat/2020/${id}`);
  const second = await visit('huyen', `/ra-soat/2020/${id}`);
  for (const page of [first, second]) {
    await page.locator('[name=b1]').fill(page === first ? '130' : '90');
    for (const code of await page.locator('[name^="cs-"]').evaluateAll((all) => [...new Set(all.map((e) => e.name))])) {
      await page.locator(`label[for="${code}-2"]`).click();
    }
  }
  await first.keyboard.press('F8');
  await first.waitForURL((u) => !u.pathname.endsWith(id));
  refuses(409);
  await second.keyboard.press('F8');
  await second.locator('[role=alert], [data-summary]').first().waitFor();
  assert.equal(await second.locator('[name=b1]').inputValue(), '90', 'what the second typed is still there');

  await go(first, `/ra-soat/2020/${id}`);
  assert.equal(await first.locator('[name=b1]').inputValue(), '130');
});

test('a closed round shows its forms and takes none', async () => {
  const page = await visit('xa', '/ra-soat/2019');
  const href = await page.locator('#danh-sach tbody tr a').first().getAttribute('href');
  await go(page, `/ra-soat/2019/${href.match(/[0-9A-V]{26}/)[0]}`);
  assert.match(await page.locator('body').innerText(), /đã đóng/i);
  assert.equal(await page.locator('[data-finish]').count(), 0);
});
