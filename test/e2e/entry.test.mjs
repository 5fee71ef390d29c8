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

// What a clerk presses for one Phiếu B: the characters of the answers, one
// Enter for each typed number, and F8; nothing to move from question to question.
test('one Phiếu B takes no more strokes than its answers, one Enter a number and a tenth', async () => {
  const page = await visit('xa', '/ho');
  const { id } = await notYet(page);
  await go(page, `/ra-soat/2020/${id}`);
  await page.waitForFunction(() => document.activeElement?.closest('[data-question]'));
  const pressed = { keys: 0, characters: 0, numbers: 0 };
  const answered = new Set();
  const press = async (key) => {
    await page.keyboard.press(key);
    pressed.keys++;
  };
  for (let i = 0; i < 100; i++) {
    const at = await page.evaluate(() => {
      const e = document.activeElement;
      return e?.closest('[data-question]') ? { name: e.name, number: e.type !== 'radio' } : null;
    });
    if (!at) break;
    const said = answer(at.name);
    answered.add(at.name);
    for (const key of said) await press(key === ' ' ? 'Space' : key);
    pressed.characters += said.length;
    if (!at.number) continue;
    await press('Enter');
    pressed.numbers++;
  }
  const shown = await page.evaluate(() => [...document.querySelectorAll('[data-question]')].filter((q) => q.checkVisibility()).map((q) => q.querySelector('input, select, textarea')?.name).filter(Boolean));
  assert.deepEqual(shown.filter((name) => !answered.has(name)), [], 'no question that is shown was passed over');
  await press('F8');
  await page.waitForURL((u) => !u.pathname.endsWith(id));
  console.log(`# ${pressed.keys} strokes for ${pressed.characters} characters and ${pressed.numbers} typed numbers`);
  assert.ok(pressed.characters > 20, 'the whole form was answered');
  assert.ok(pressed.keys <= (pressed.characters + pressed.numbers) * 1.1, `${pressed.keys} strokes`);
});

test('an adult is asked whether he is at school only when he has not finished lower secondary', async () => {
  const page = await visit('xa', '/ho');
  await go(page, '/ho?ket-qua-loc=not_surveyed');
  const ids = await page.locator('#ket-qua tbody tr a').evaluateAll((all) => [...new Set(all.map((a) => a.href.match(/[0-9A-V]{26}/)?.[0]).filter(Boolean))]);
  for (const id of ids) {
    await go(page, `/ra-soat/2020/${id}`);
    const depending = page.locator('[data-ask-if]').first();
    if ((await depending.count()) === 0) continue;
    const school = JSON.parse(await depending.getAttribute('data-ask-if')).any?.[0]?.all?.[0]?.field ?? (await depending.getAttribute('data-ask-if')).match(/tv-th-[0-9A-V]{26}/)[0];
    assert.ok(await depending.isHidden(), 'nobody has said yet whether school was finished');
    await page.locator(`[name="${school}"][value="0"] + label`).click();
    assert.ok(await depending.isVisible());
    await page.locator(`[name="${school}"][value="1"] + label`).click();
    assert.ok(await depending.isHidden());
    return;
  }
  assert.fail('no household of the commune has an adult of that age');
});

test('a closed tab loses nothing: what was typed is offered to the same person, and to nobody else', async () => {
  const page = await visit('xa', '/ho');
  const { id } = await notYet(page);
  await go(page, `/ra-soat/2020/${id}`);
  await page.locator('[name=b1]').fill('77');
  await page.locator('label[for="cs-water"]').click();
  const context = page.context();
  await page.close({ runBeforeUnload: false });

  const again = await context.newPage();
  await go(again, `/ra-soat/2020/${id}`);
  assert.equal(await again.locator('[name=b1]').inputValue(), '', 'nothing comes back unasked');
  const offer = again.locator('[data-draft-offer]');
  await offer.waitFor({ state: 'visible' });
  await accessible(again);
  await again.locator('[data-draft-take]').click();
  assert.equal(await again.locator('[name=b1]').inputValue(), '77');
  assert.ok(await again.locator('[name="cs-water"]').first().isChecked());
  assert.ok(await offer.isHidden());

  // Somebody else at the same machine: not offered, and gone.
  const drafts = () => again.evaluate(() => Object.keys(localStorage).filter((k) => k.startsWith('nhap ')).length);
  assert.equal(await drafts(), 1);
  await again.evaluate(() => {
    const key = Object.keys(localStorage).find((k) => k.startsWith('nhap '));
    localStorage.setItem(key.replace(/^nhap \S+/, 'nhap NGUOIKHAC'), localStorage.getItem(key));
    localStorage.removeItem(key);
  });
  await again.locator('[name=b1]').evaluate((e) => e.closest('form').removeAttribute('data-guard'));
  const third = await context.newPage();
  await again.close({ runBeforeUnload: false });
  await go(third, `/ra-soat/2020/${id}`);
  assert.ok(await third.locator('[data-draft-offer]').isHidden());
  assert.equal(await third.evaluate(() => Object.keys(localStorage).filter((k) => k.startsWith('nhap ')).length), 0);

  // Saved: nothing is left in the browser.
  await third.locator('[name=b1]').fill('120');
  await third.keyboard.press('F8');
  await third.waitForURL((u) => !u.pathname.endsWith(id));
  await go(third, '/ho');
  assert.equal(await third.evaluate(() => Object.keys(localStorage).filter((k) => k.startsWith('nhap ')).length), 0);
});

test('the same paper is entered twice without seeing the first, and the difference is decided', async () => {
  const page = await visit('xa', '/ho');
  const { id } = await notYet(page);
  await go(page, `/ra-soat/2020/${id}`);
  await page.locator('[name=b1]').fill('130');
  await page.locator('label[for="cs-water"]').click();
  await page.keyboard.press('F8');
  await page.waitForURL((u) => !u.pathname.endsWith(id));

  await go(page, `/phieu/2020/${id}/nhap-lan-hai`);
  assert.equal(await page.locator('[name=b1]').inputValue(), '', 'the first entry is not shown');
  assert.equal(await page.locator('input[type=radio]:checked').count(), 0);
  await page.locator('[name=b1]').fill('103');
  await page.locator('label[for="cs-water"]').click();
  await page.keyboard.press('F8');
  await page.waitForURL(/so-hai-lan/);
  assert.match(await page.locator('main').innerText(), /1 chỗ khác nhau trong 2 câu/);
  await accessible(page);
  await page.locator('label[for="cau-0-second"]').click();
  await page.locator('[name=reason]').fill('đã xem lại phiếu giấy');
  await page.getByRole('button', { name: 'Ghi kết quả so' }).click();
  await page.getByText('đã quyết định lúc').waitFor();
  await go(page, `/ra-soat/2020/${id}`);
  assert.equal(await page.locator('[name=b1]').inputValue(), '103');
});

test('Phiếu A concludes by itself, and leads on, and asks the commune only of those it screens out', async () => {
  const page = await visit('xa', '/ho');
  const { id } = await notYet(page);
  await go(page, `/phieu/2020/${id}/a`);
  await page.waitForFunction(() => document.activeElement?.closest('[data-question]'));
  const taken = page.locator('[name=taken_in]').first();
  assert.ok(await taken.isDisabled(), 'nobody asks the commune before three marks');
  for (let i = 0; i < 3; i++) await page.keyboard.press('1');
  assert.ok(await taken.isEnabled());
  await page.waitForFunction(() => /chắc chắn không nghèo/.test(document.getElementById('result').innerText));
  for (let i = 0; i < 5; i++) await page.keyboard.press('2');
  assert.equal(await page.evaluate(() => document.activeElement.name), 'taken_in');
  await accessible(page);
  await page.keyboard.press('F8');
  await page.waitForURL((u) => !u.pathname.includes(id));
  assert.match(await page.locator('body').innerText(), /Đã ghi phiếu/, 'the page after it says that it is saved');
  await go(page, `/ho/${id}?dot=2020`);
  assert.match(await page.locator('main').innerText(), /chắc chắn không nghèo/);
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
