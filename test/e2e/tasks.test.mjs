// The tasks of the plan on their pages: what somebody owes stands first; a
// commune's product is returned, handed in again and approved by its chair;
// what is late shows at the level above, on the board, in the chart and in
// the figures of the years, and leads down to the one obligation.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessible, desk, go, heading, phone, tooWide, visit } from './office.mjs';

const words = (page) => page.locator('main').innerText();

async function follow(page, link) {
  await Promise.all([page.waitForEvent('load'), link.click()]);
}

const row = (page, task) => page.locator('main tr', { hasText: task }).first();

// unfolded opens the part of the page in which an action has its form.
async function unfolded(page, action) {
  const form = page.locator(`form:has(input[name=viec][value="${action}"])`);
  const folded = page.locator('details:not([open])', { has: form });
  if (await folded.count()) await folded.locator('summary').click();
  return form;
}

async function usable(page, what) {
  assert.deepEqual(await tooWide(page), [], what);
  await accessible(page, what);
}

test('a product is returned with a reason, handed in again and approved, and the board says so', async () => {
  const chair = await visit('chutich', '/nhiem-vu');
  assert.match(await words(chair), /Duyệt kết quả nhiệm vụ B\.7/);
  await follow(chair, row(chair, 'B.7').getByRole('link').first());
  const address = new URL(chair.url()).pathname;
  await usable(chair, 'an obligation');

  const back = await unfolded(chair, 'tra-lai');
  await back.locator('textarea').fill('Số hộ thoát nghèo chưa khớp với bảng rà soát');
  await follow(chair, back.getByRole('button'));
  assert.match(await words(chair), /Số hộ thoát nghèo chưa khớp/);

  // The officer sees it on the phone, first among what is owed, and why.
  const officer = await visit('xa', '/nhiem-vu', { viewport: phone });
  await usable(officer, 'what the commune owes, on a phone');
  assert.match(await words(officer), /Bị trả lại|trả lại/);
  await follow(officer, row(officer, 'B.7').getByRole('link').first());
  assert.equal(new URL(officer.url()).pathname, address);
  await usable(officer, 'an obligation, on a phone');
  assert.match(await words(officer), /Số hộ thoát nghèo chưa khớp/);
  const report = await unfolded(officer, 'tien-do');
  await report.locator('textarea').fill('Đã sửa số hộ thoát nghèo theo bảng rà soát');
  await follow(officer, report.getByRole('button'));
  const again = await unfolded(officer, 'trinh');
  await again.locator('textarea').fill('Đã đối chiếu lại với bảng rà soát');
  await follow(officer, again.getByRole('button').first());
  assert.match(await words(officer), /Đã trình/);

  await go(chair, address);
  // On paper stands what the obligation is, not what one could do with it.
  await chair.emulateMedia({ media: 'print' });
  for (const [part, shown] of [['#y-kien', false], ['form:has(input[value="duyet"])', false], ['dl', true], ['.trail', true]]) {
    assert.equal(await chair.locator(`main ${part}`).first().isVisible(), shown, `${part} on paper`);
  }
  await chair.emulateMedia({ media: null });
  await follow(chair, chair.locator('form:has(input[value="duyet"])').getByRole('button'));
  assert.match(await words(chair), /Đã duyệt|đã duyệt|Xong/);
  await go(officer, '/nhiem-vu/2020');
  assert.match(await officer.locator('tr.total').innerText(), /đúng hạn\s*$/);
});

test('what a commune owes too long shows above it, and every figure opens down to the one obligation', async () => {
  const district = await visit('huyen', '/nhiem-vu');
  assert.equal(await district.locator('nav#nav a[aria-current=page]').count(), 1);
  await go(district, '/nhiem-vu/cho');
  await usable(district, 'who owes the district');
  assert.match(await words(district), /quá hạn \d+ ngày làm việc/);

  await go(district, '/nhiem-vu/2020');
  await usable(district, 'the board of a district');
  const [, late, of] = (await heading(district)).match(/: (\d+) trên (\d+) việc đang quá hạn/);
  const total = district.locator('tr.total');
  const cells = await total.locator('td').evaluateAll((all) => all.filter((c) => /\d/.test(c.innerText)).map((c) => c.innerText.trim()));
  assert.equal(cells[0], of, 'the total of the board is that of its title');
  assert.equal(cells[3], late, 'the late ones of the board are those of its title');
  await follow(district, total.getByRole('link', { name: late, exact: true }).first());
  assert.equal(await district.locator('main tbody tr').count(), Number(late), 'the figure opens what it counts');
  await follow(district, district.locator('main tbody tr').first().getByRole('link').first());
  assert.equal(district.url().includes('/nhiem-vu/2020/viec/') || district.url().includes('/ra-soat/'), true, district.url());
});

test('the chart and the figures of the years stand on a desk and on a phone, and open', async () => {
  for (const viewport of [desk, phone]) {
    const page = await visit('tinh', '/nhiem-vu/2020/bieu-do', { viewport });
    await usable(page, 'the chart');
    assert.ok(await page.locator('svg a').count() >= 20, 'each bar leads to its task');
    await go(page, '/nhiem-vu/dung-han');
    await usable(page, 'in time over the years');
    for (const year of ['2016', '2017', '2018', '2019', '2020']) assert.match(await words(page), new RegExp(year));
  }
});

test('a department sees its own tasks, and nothing of a commune’s', async () => {
  const page = await visit('yte', '/nhiem-vu');
  await usable(page, 'what a department owes');
  assert.match(await words(page), /Sở Y tế|VII\.2|B\.7/);
  assert.doesNotMatch(await words(page), /Thị trấn Cành Nàng/);
});
