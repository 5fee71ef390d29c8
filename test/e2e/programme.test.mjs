// The whole way of a programme: the province hands in a file of its own, its
// chair decides on the dates that contradict each other, the year is opened; a
// commune accepts, reports and hands in, its chair returns and approves; what is
// late comes up to the level above; board, chart and first page say so; and the
// calendar made on the page is read by a parser that others wrote, until it is
// revoked.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import ICAL from 'ical.js';
import { accessible, base, desk, go, phone, refuses, tooWide, visit } from './office.mjs';

const number = '7/KH-UBND';
const file = (body) => ({ name: 'ke-hoach.yaml', mimeType: 'application/yaml', buffer: Buffer.from(body) });

// Districts have to be done before the communes whose results they need, and
// the province before the districts.
const programme = `plan: {number: ${number}, issued: 2020-12-15, issuer: UBND tỉnh, signed_by_office: Chủ tịch UBND tỉnh, period: {from: 2021, to: 2025}}
groups:
  - id: A
    title: Hỗ trợ hộ nghèo
    tasks:
      - {id: A.1, title: Huyện tổng hợp nhu cầu hỗ trợ, lead: ubnd-huyen, approver: chu-tich-ubnd-huyen, due: {date: "03-15", every: year}, per: district, needs: [A.2]}
      - {id: A.2, title: Xã lập danh sách nhu cầu hỗ trợ, lead: ubnd-xa, approver: chu-tich-ubnd-xa, due: {date: "04-25", every: year}, per: commune}
      - {id: A.3, title: Tỉnh phân bổ kinh phí hỗ trợ, lead: so-ldtbxh, approver: ubnd-tinh, due: {date: "04-20", every: year}, per: province, needs: [A.1]}
agencies:
  ubnd-tinh: UBND tỉnh
  ubnd-huyen: UBND huyện
  ubnd-xa: UBND xã
  chu-tich-ubnd-huyen: Chủ tịch UBND huyện
  chu-tich-ubnd-xa: Chủ tịch UBND xã
  so-ldtbxh: Sở Lao động - Thương binh và Xã hội
`;

const words = (page) => page.locator('main').innerText();
const row = (page, task) => page.locator('main tr', { hasText: task }).first();

async function follow(page, link) {
  await Promise.all([page.waitForEvent('load'), link.click()]);
}

async function unfolded(page, action) {
  const form = page.locator(`form:has(input[name=viec][value="${action}"])`);
  const folded = page.locator('details:not([open])', { has: form });
  if (await folded.count()) await folded.locator('summary').click();
  return form;
}

async function act(page, action, said) {
  const form = await unfolded(page, action);
  if (said) await form.locator('textarea').fill(said);
  await follow(page, form.getByRole('button').first());
}

async function usable(page, what) {
  assert.deepEqual(await tooWide(page), [], what);
  await accessible(page, what);
}

const plan = `/nhiem-vu/ke-hoach?ke-hoach=${encodeURIComponent(number)}`;
let address = ''; // of the commune's obligation

test('the province hands in a programme of its own, and its chair decides where it contradicts itself', async () => {
  const lead = await visit('tinh', '/nhiem-vu/ke-hoach');
  const upload = lead.locator('form[data-upload]');
  refuses(422);
  await upload.locator('input[type=file]').setInputFiles(file(programme.replace('lead: ubnd-xa', 'làm: ubnd-xa')));
  await upload.locator('button.primary').click();
  await lead.locator('[data-answer] .notice').waitFor();
  assert.match(await lead.locator('[data-answer]').innerText(), /dòng 7|làm/, 'a malformed file is refused with its place');
  await upload.locator('input[type=file]').setInputFiles(file(programme));
  await follow(lead, upload.locator('button.primary'));
  await usable(lead, 'a plan of the province');
  assert.match(await lead.locator('h1').innerText(), new RegExp(`${number.replace('/', '\\/')} có 1 chỗ mâu thuẫn`));
  assert.equal(await lead.locator('#lich-sua tbody tr a').count(), 0, 'the lead department decides on no date');

  const chair = await visit('chutichtinh', plan);
  for (const [task, choice, day, why] of [['A.1', 'accept', '', 'Chờ kết quả điều tra của xã'], ['A.3', 'override', '10/5', 'Chờ Hội đồng nhân dân họp']]) {
    await follow(chair, chair.locator('#lich-sua tr', { hasText: task }).getByRole('link').first());
    await chair.locator(`input[name=choice][value=${choice}]`).check();
    if (day) await chair.locator('input[name=due]').fill(day);
    if (why) await chair.locator('textarea[name=reason]').fill(why);
    await follow(chair, chair.locator('main form').getByRole('button').first());
  }
  await usable(chair, 'the dates that the chair has decided');
  assert.match(await chair.locator('#lich-sua').innerText(), /nhận ngày 25\/0?4[\s\S]*chọn ngày 10\/0?5[\s\S]*Chờ Hội đồng nhân dân họp/);

  await go(lead, plan);
  await follow(lead, lead.getByRole('button', { name: 'Giao nhiệm vụ năm 2021' }));
  await usable(lead, 'the question before a year is made');
  assert.match(await words(lead), /lập \d+ việc của năm 2021/, 'how many obligations there will be');
  await follow(lead, lead.getByRole('button', { name: 'Giao nhiệm vụ năm 2021' }));
  await usable(lead, 'the board of the new year');
  assert.match(await words(lead), /A\.1/);
  assert.match(await lead.locator('#cac-viec').innerText(), /A\.1[\s\S]*15\/03\/2021[\s\S]*26\/04\/2021/, 'the printed date stays, the term is the decided one');
});

test('a commune hands in, is returned, hands in again and is approved; the board, the chart and the list say so', async () => {
  const officer = await visit('xa', '/nhiem-vu/2021/danh-sach?viec=A.2', { viewport: phone });
  await follow(officer, row(officer, 'A.2').getByRole('link').first());
  address = new URL(officer.url()).pathname;
  await act(officer, 'nhan');
  await act(officer, 'tien-do', 'Đã họp các thôn, lập danh sách nhu cầu');
  await act(officer, 'trinh', 'Xin trình danh sách');
  await usable(officer, 'what was handed in, on a phone');

  const chair = await visit('chutich', '/nhiem-vu');
  assert.match(await words(chair), /Duyệt kết quả nhiệm vụ A\.2/, 'what waits for the chair stands first');
  await go(chair, address);
  await act(chair, 'tra-lai', 'Thiếu thôn Hạ');
  await go(officer, address);
  assert.match(await words(officer), /Thiếu thôn Hạ/);
  await act(officer, 'tien-do', 'Đã thêm thôn Hạ');
  await act(officer, 'trinh', 'Đã sửa, xin trình lại');
  await go(chair, address);
  await act(chair, 'duyet');
  assert.match(await words(chair), /Đã duyệt/);

  const district = await visit('huyen', '/nhiem-vu/2021');
  await usable(district, 'the board of the district');
  assert.match(await district.locator('tr', { hasText: 'Thị trấn Cành Nàng' }).first().innerText(), /đúng hạn/);
  await go(district, '/nhiem-vu/2021/bieu-do');
  await usable(district, 'the chart of the new year');
  assert.ok(await district.locator('svg a').count() >= 2, 'each bar of the chart leads to its task');
});

test('what is late is reminded of, and comes up to the level above', async () => {
  const officer = await visit('xa', '/nhiem-vu');
  await usable(officer, 'the first page of a commune');
  const reminders = officer.locator('#nhac');
  assert.match(await reminders.innerText(), /I\.5[\s\S]*quá hạn \d+ ngày làm việc/);
  for (const viewport of [desk, phone]) {
    const district = await visit('huyen', '/nhiem-vu/cho', { viewport });
    await usable(district, 'who owes the district');
    const late = district.locator('#bao-len tr', { hasText: 'Thị trấn Cành Nàng' }).first();
    assert.match(await late.innerText(), /I\.5[\s\S]*quá hạn \d+ ngày làm việc/);
  }
  const health = await visit('giamdocyte', '/nhiem-vu/cho');
  await usable(health, 'who owes a department');
  await go(health, '/nhiem-vu/2020');
  await usable(health, 'the board of a department');
  assert.doesNotMatch(await words(health), /Cành Nàng|Sở Giáo dục/);
});

test('a calendar is made, read by a parser of others, and answers no more once it is revoked', async () => {
  const officer = await visit('xa', '/nhiem-vu/lich');
  await follow(officer, officer.getByRole('button', { name: 'Lập lịch' }));
  await usable(officer, 'the address of a calendar');
  const calendar = await officer.locator('.secret code').innerText();
  assert.ok(calendar.startsWith(`${base}/lich/`), calendar);

  const read = async () => {
    const answer = await fetch(calendar); // as a calendar program: no session
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get('content-type'), /^text\/calendar/);
    assert.match(answer.headers.get('cache-control'), /private/);
    const raw = await answer.text();
    for (const line of raw.split('\r\n')) assert.ok(Buffer.byteLength(line) <= 75, line);
    const events = new ICAL.Component(ICAL.parse(raw)).getAllSubcomponents('vevent').map((e) => new ICAL.Event(e));
    const byUID = new Map(events.map((e) => [e.uid, e]));
    assert.equal(byUID.size, events.length, 'no UID stands twice');
    return byUID;
  };
  const first = await read();
  const own = [...first.values()].find((e) => e.summary.startsWith('A.2 ') && e.startDate.year === 2021);
  assert.equal(own.summary, 'A.2 Xã lập danh sách nhu cầu hỗ trợ – Thị trấn Cành Nàng');
  assert.equal(own.startDate.toString(), '2021-04-26', 'a Sunday’s term ends on Monday');
  assert.match(own.description, /25\/04\/2021/, 'the printed date');
  const survey = [...first.values()].find((e) => e.summary.startsWith('I.5 ') && e.startDate.year === 2020);
  assert.equal(survey.component.getAllSubcomponents('valarm').length, 2, 'what is open reminds twice');
  assert.deepEqual([...(await read()).keys()], [...first.keys()], 'the same names in the same order when fetched again');

  await go(officer, '/nhiem-vu/lich');
  assert.match(await words(officer), /Tải về gần đây/);
  assert.ok(!(await officer.content()).includes(calendar), 'the address is told once');
  await follow(officer, officer.getByRole('button', { name: /Thu hồi/ }).first());
  assert.match(await officer.locator('body').innerText(), /Đã thu hồi/);
  const [gone, never] = await Promise.all([fetch(calendar), fetch(`${base}/lich/${'a'.repeat(32)}.ics`)]);
  assert.deepEqual([gone.status, never.status], [404, 404]);
  assert.equal(await gone.text(), await never.text());
});
