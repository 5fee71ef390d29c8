// One commune goes through a whole round on its pages: from a round that is
// open and nothing done to certificates, with a complaint that changes a
// class, a step that is taken back, and an unlocking. Five people are signed
// in: the village head who surveys, the commune's officer, its chair, the
// district's officer and the province.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessible, base, desk, go, heading, password, phone, refuses, signIn, tooWide, visit } from './office.mjs';

const round = '2020';
const id = /[0-9A-V]{26}/;

// press does something that leads to another page.
async function press(page, what) {
  await Promise.all([page.waitForEvent('load'), what.click()]);
}

const button = (page, name) => page.getByRole('button', { name, exact: true });

const words = (page) => page.locator('main').innerText();

// The administrator opens an account and gives it a post; its owner signs in
// and chooses a password of his own.
async function hire(admin, { name, full, role, unit, commune }) {
  await go(admin, '/nguoi-dung/moi');
  await admin.getByLabel('Họ và tên').fill(full);
  await admin.getByLabel('Tên đăng nhập').fill(name);
  await press(admin, admin.locator('main form button.primary').first());
  const once = (await admin.locator('.once dd').last().innerText()).trim();
  const account = await admin.locator('.once a.primary').getAttribute('href');
  await go(admin, `${account}?role=${role}${commune ? `&xa=${commune}` : ''}`);
  await admin.locator('select[name=area]').selectOption(unit);
  await admin.locator('[name=reason]').fill('Phân công rà soát năm 2020');
  await press(admin, admin.locator('main form button.primary').last());
  const page = await visit('', '/dang-nhap');
  await signIn(page, name, once);
  if (!page.url().includes('/tai-khoan')) await go(page, '/tai-khoan');
  await page.locator('[name=old_password]').fill(once);
  await page.locator('[name=password]').fill(password);
  await page.locator('[name=again]').fill(password);
  await press(page, button(page, 'Đổi mật khẩu'));
  return page;
}

// answer fills in a form by keyboard: typed numbers end with Enter.
async function answer(page, said) {
  await page.waitForFunction(() => document.activeElement?.closest('[data-question]'));
  for (let i = 0; i < 120; i++) {
    const at = await page.evaluate(() => {
      const e = document.activeElement;
      return e?.closest('[data-question]') ? { name: e.name, number: e.type !== 'radio' && e.type !== 'checkbox' } : null;
    });
    if (!at) break;
    await page.keyboard.type(said(at.name));
    if (at.number) await page.keyboard.press('Enter');
  }
  // Where the form and the members disagree it asks why, once it has counted.
  await page.waitForTimeout(700);
  const doubt = page.locator('[name=warning_answer]');
  if (await doubt.isVisible()) await doubt.fill('Đã hỏi lại chủ hộ');
  await press(page, { click: () => page.keyboard.press('F8') });
  const wrong = page.locator('[data-summary]');
  assert.equal((await wrong.count()) && (await wrong.innerText()), 0, 'the form is refused');
}

// Answers of a poor household's Phiếu B.
function poor(name) {
  if (name === 'b1') return '95';
  if (name === 'm2') return '48';
  if (name === 'causes') return '1 3';
  if (name.startsWith('cs-')) return ['cs-housing_quality', 'cs-water'].includes(name) ? '1' : '2';
  if (name.startsWith('tv-om-')) return '2';
  if (name.startsWith('tv-')) return '1';
  return '';
}

// finish ends a step on its page; back takes it back.
async function finish(page, dossier, step, unit = 'chung') {
  await go(page, `/ho-so/${dossier}/${step}/${unit}`);
  const done = button(page, 'Ghi là xong bước này');
  assert.equal(await done.count(), 1, `${step} cannot be ended: ${await words(page)}`);
  await press(page, done);
}

async function back(page, dossier, step, unit, reason) {
  await go(page, `/ho-so/${dossier}/${step}/${unit}`);
  await page.locator('summary', { hasText: 'Lấy lại bước này' }).click();
  await page.locator('details[open] [name=reason]').fill(reason);
  await press(page, page.locator('details[open]').getByRole('button', { name: 'Lấy lại bước này' }));
}

// act presses one of the buttons of the dossier's page.
async function act(page, dossier, name, { reason, step } = {}) {
  await go(page, `/ho-so/${dossier}`);
  const form = page.locator(`form:has(input[name=viec][value="${name}"])`);
  const folded = page.locator(`details:not([open]):has(input[name=viec][value="${name}"]) summary`);
  if (await folded.count()) await folded.click();
  if (step) await form.locator('select[name=step]').selectOption(step);
  if (reason) await form.locator('[name=reason]').fill(reason);
  await press(page, form.getByRole('button'));
}

const state = async (page, dossier) => {
  await go(page, `/ho-so/${dossier}`);
  return (await page.locator('main .card').first().innerText()).split('\n')[0].trim();
};

// complain takes a complaint about a household down and gives its address.
async function complain(page, commune, { kind, code, said, day }) {
  await go(page, `/ra-soat/${round}/phan-anh/${commune}`);
  if (!(await page.locator('[name=words]').isVisible())) await page.locator('summary').last().click();
  await page.locator(`input[name=kind][value=${kind}] + label, label:has(input[name=kind][value=${kind}])`).first().click();
  await page.locator('[name=household]').fill(code);
  await page.locator('[name=words]').fill(said);
  await page.locator('[name=received_on]').fill(day);
  await press(page, button(page, 'Nhận và cấp số'));
  return new URL(page.url()).pathname;
}

// recheck has the household surveyed once more by somebody else.
async function recheck(page, complaint, b1) {
  await go(page, complaint);
  await press(page, page.getByRole('link', { name: 'Lập phiếu phúc tra' }));
  await page.waitForFunction(() => document.activeElement?.closest('[data-question]'));
  await page.locator('[name=b1]').fill(b1);
  for (const summary of await page.locator('main details:not([open]) summary').all()) await summary.click();
  await page.locator('[name=surveyor]').fill('Hà Thị Phúc');
  await page.locator('[name=reason]').fill('Phúc tra theo phản ánh');
  await page.locator('[name=b1]').focus();
  await page.keyboard.press('F8');
  await page.waitForURL((u) => !u.search.includes('muc-dich'));
}

async function reply(page, complaint, outcome, said) {
  await go(page, complaint);
  await page.locator(`input[name=outcome][value=${outcome}] + label, label:has(input[name=outcome][value=${outcome}])`).first().click();
  await page.locator('[name=answer]').fill(said);
  await press(page, button(page, 'Ghi câu trả lời'));
}

// part names what of the story went wrong.
async function part(name, play) {
  try {
    await play();
  } catch (err) {
    err.message = `${name}: ${err.message}`;
    throw err;
  }
}

test('a commune goes from the open round to certificates, through a complaint, a step taken back and an unlocking', { timeout: 600_000 }, async () => {
  const province = await visit('tinh', '/ra-soat');
  assert.match(await words(province), /2020/);
  const district = await visit('huyen', `/ra-soat/${round}/tien-do`);

  // A commune of the district in which nothing is done.
  const rows = await district.locator('#tien-do tbody tr').evaluateAll((all) => all.map((tr) => ({ cells: [...tr.cells].map((c) => c.innerText.trim()), href: tr.querySelector('a')?.getAttribute('href') })));
  const untouched = rows.find(({ cells, href }) => {
    const [filled, listed] = cells[3].split('/');
    return href && filled === listed && !/đã/.test(cells[1]) && cells.slice(4).every((c) => ['', 'đang làm', 'chờ'].includes(c));
  });
  assert.ok(untouched, 'a commune of the district has not begun');
  const commune = new URL(untouched.href, base).searchParams.get('dia-ban');
  await go(district, untouched.href);
  const village = new URL(await district.locator('#tien-do tbody tr a').first().getAttribute('href'), base).searchParams.get('dia-ban');
  const dossier = (await district.locator('a[href*="/ho-so/"]').first().getAttribute('href')).match(id)[0];

  const admin = await visit('quantri', '/nguoi-dung');
  const head = await hire(admin, { name: 'truongthon.moi', full: 'Bùi Văn Thôn', role: 'village', unit: village, commune });
  const officer = await hire(admin, { name: 'canbo.moi', full: 'Bùi Thị Xã', role: 'commune', unit: commune });
  const chair = await hire(admin, { name: 'chutich.moi', full: 'Trương Văn Ký', role: 'chair', unit: commune });

  let added = {};
  await part('the village head puts a household on the list and surveys it', async () => {
    await go(head, '/ho?ket-qua-loc=not_surveyed');
    const link = head.locator('#ket-qua tbody tr a').first();
    added = { id: (await link.getAttribute('href')).match(id)[0], name: (await link.evaluate((a) => a.firstChild.textContent)).trim() };
    // Nobody had listed it: it asks for itself.
    await go(head, `/phieu/${round}/${added.id}/1a`);
    await answer(head, (name) => (name === 'reason' ? 'Nhà mới tách hộ, ốm đau' : name === 'requested_on' ? '15/10/2020' : '1'));
    await head.waitForURL((u) => !u.pathname.endsWith('/1a'));
    await finish(head, dossier, 'list', village);

    await go(head, `/ho-so/${dossier}/screening/${village}`);
    assert.match(await words(head), new RegExp(added.name), 'the household still waits for Phiếu A');
    assert.equal(await button(head, 'Ghi là xong bước này').count(), 0);
    await go(head, `/phieu/${round}/${added.id}/a`);
    await answer(head, (name) => (name === 'surveyed_on' ? '20/10/2020' : ['surveyor', 'note'].includes(name) ? '' : '2'));
    await head.waitForURL((u) => !u.pathname.endsWith('/a'));
    await finish(head, dossier, 'screening', village);

    await go(head, `/ra-soat/${round}/${added.id}`);
    await answer(head, poor);
    await head.waitForURL((u) => !u.pathname.endsWith(added.id));
    await finish(head, dossier, 'survey', village);
    await finish(head, dossier, 'causes', village);
    await go(head, `/ho/${added.id}?dot=${round}`);
    assert.match(await words(head), /Hộ nghèo/);
  });

  await part('a step is taken back with a reason and done again', async () => {
    await back(head, dossier, 'causes', village, 'Ghi sót một nguyên nhân');
    await go(head, `/ho-so/${dossier}`);
    assert.match(await words(head), /Ghi sót một nguyên nhân/);
    await finish(head, dossier, 'causes', village);
  });

  await part('the village meets and its minutes are signed', async () => {
    await go(head, `/ra-soat/${round}/hop-thon/${village}`);
    await press(head, button(head, 'Lập biên bản họp'));
    for (const [label, value] of [['Ngày họp', '01/12/2020'], ['Giờ bắt đầu', '19 giờ 30'], ['Nơi họp', 'Nhà văn hóa thôn'], ['Chủ trì', 'Bùi Văn Thôn'], ['Thư ký', 'Hà Thị Thư'], ['Số hộ được mời', '30'], ['Số hộ có mặt', '22']]) {
      await head.getByLabel(label, { exact: true }).first().fill(value);
    }
    await head.getByLabel('Đại diện hộ dân').fill('Trương Văn Đại');
    await accessible(head);
    for (const box of await head.locator('fieldset:has(input[name^="outcome."])').all()) {
      await box.locator('input[value=agreed] + label').click();
      await box.locator('input[name^="agree."]').fill('22');
    }
    await press(head, button(head, 'Lưu biên bản'));
    await press(head, button(head, 'Đã ký đủ hai bản, chốt biên bản'));
    assert.match(await words(head), /Biên bản đã ký/);
    await press(head, button(head, 'Ghi xong bước họp thôn'));
  });

  await part('the officer posts the list for seven working days', async () => {
    await go(officer, `/ra-soat/${round}/niem-yet/${commune}`);
    await officer.getByLabel('Ngày bắt đầu').fill('02/12/2020');
    await press(officer, button(officer, 'Chốt danh sách và bắt đầu niêm yết'));
    assert.match(await heading(officer), /11\/12\/2020/, 'the day it was hung up does not count, nor do weekends');
    await press(officer, button(officer, 'Ghi xong bước niêm yết'));
  });

  // Who is on the list now, by class.
  await go(officer, `/ra-soat/${round}?dia-ban=${commune}`);
  const listed = await officer.locator('#danh-sach tbody tr').evaluateAll((all) => all.map((tr) => ({ cells: [...tr.cells].map((c) => c.innerText.trim()), id: tr.querySelector('a').href.match(/[0-9A-V]{26}/)[0] })));
  const column = (await officer.locator('#danh-sach thead th').allInnerTexts()).indexOf('Đợt này');
  const now = (tr) => tr.cells[column];
  const near = listed.find((tr) => /cận nghèo/i.test(now(tr)));
  const poorest = listed.find((tr) => /hộ nghèo/i.test(now(tr)) && tr.id !== added.id);
  const codeOf = (tr) => tr.cells.join(' ').match(/TH-\d{4}-\d{4}/)[0];

  await part('a complaint is followed by its number, checked by others and changes the class', async () => {
    const complaint = await complain(officer, commune, { kind: 'wrongly_in', code: codeOf(near), said: 'Nhà này vừa mua máy cày', day: '05/12/2020' });
    const taken = (await words(officer)).match(/số (\d+\/\d+).*mã (\w+) ở/);
    const anybody = await visit('', '/theo-doi-phan-anh');
    await anybody.locator('[name=number]').fill(taken[1]);
    await anybody.locator('[name=token]').fill(taken[2]);
    await press(anybody, anybody.locator('main button.primary, form button').first());
    const public_ = await anybody.locator('body').innerText();
    assert.match(public_, new RegExp(taken[1]));
    assert.doesNotMatch(public_, /máy cày|TH-\d{4}/, 'what was said, and about whom, is not told');
    await go(officer, `/ho-so/${dossier}/complaints/chung`);
    assert.equal(await button(officer, 'Ghi là xong bước này').count(), 0, 'it still waits for an answer');
    await recheck(officer, complaint, '200');
    await reply(officer, complaint, 'changed', 'Phúc tra: hộ đã có máy cày, thu nhập vượt chuẩn');
    assert.match(await words(officer), /Đổi kết quả của hộ/);
    await finish(officer, dossier, 'complaints');
    refuses(404);
    assert.equal(await go(head, complaint), 404, 'a village head does not read complaints');
  });

  await part('the commune hands in, the district verifies, the chair signs', async () => {
    await act(officer, dossier, 'trinh');
    assert.equal(await state(officer, dossier), 'đã trình');
    await go(officer, `/ho-so/${dossier}`);
    assert.equal(await officer.locator('input[name=viec][value=duyet]').count(), 0, 'who hands in does not sign');
    await go(chair, `/ho-so/${dossier}`);
    await finish(district, dossier, 'verification');
    await act(chair, dossier, 'duyet');
    assert.equal(await state(chair, dossier), 'đã duyệt');
    await go(chair, `/ra-soat/${round}/quyet-dinh/${commune}`);
    assert.match(await words(chair), /01/);
    assert.match(await words(chair), /Trương Văn Ký/);
  });

  await part('the district asks another commune, which answers in words that stay', async () => {
    await go(district, `/tham-dinh/${round}`);
    const asked = district.locator('tr', { hasText: 'chờ xã trả lời' }).first();
    const where = new URL(await asked.locator('a').first().getAttribute('href'), base);
    const other = where.searchParams.get('dia-ban');
    const answering = await hire(admin, { name: 'canbo.khac', full: 'Hà Văn Đáp', role: 'commune', unit: other });
    await go(answering, where.pathname + where.search);
    await answering.getByLabel(/Trả lời của xã/).fill('Các hộ ở một xóm nên đi trong một ngày.');
    await press(answering, button(answering, 'Trả lời'));
    await go(district, where.pathname + where.search);
    assert.match(await words(district), /đi trong một ngày/);
    await press(district, button(district, 'Chấp nhận câu trả lời'));
    assert.match(await words(district), /đã chấp nhận/i);
  });

  const certify = async () => {
    await go(officer, `/ra-soat/${round}/chung-nhan/${commune}`);
    await press(officer, button(officer, 'Ghi là đã cấp'));
    await finish(officer, dossier, 'certificates');
  };
  await part('certificates are issued and the dossier is closed', async () => {
    await certify();
    await act(officer, dossier, 'dong');
    assert.equal(await state(province, dossier), 'đã đóng');
    await go(officer, `/ra-soat/${round}/chung-nhan/${commune}`);
    assert.match(await words(officer), new RegExp(added.name));
  });

  await part('unlocked by the district, it is corrected by a second decision', async () => {
    await act(officer, dossier, 'xin-mo', { reason: 'Một phiếu ghi sai tổng điểm' });
    await go(district, `/ho-so/${dossier}`);
    assert.match(await words(district), /Một phiếu ghi sai tổng điểm/);
    await act(district, dossier, 'mo-khoa', { reason: 'Đồng ý cho sửa', step: 'complaints' });
    assert.equal(await state(district, dossier), 'bị trả lại');
    const complaint = await complain(officer, commune, { kind: 'wrong_data', code: codeOf(poorest), said: 'Cộng điểm B1 nhầm', day: '18/12/2020' });
    await recheck(officer, complaint, '200');
    await reply(officer, complaint, 'changed', 'Phúc tra: tổng điểm đúng là 200');
    await finish(officer, dossier, 'complaints');
    await act(officer, dossier, 'trinh');
    await finish(district, dossier, 'verification');
    await act(chair, dossier, 'duyet');
    await certify();
    await act(officer, dossier, 'dong');
    assert.equal(await state(province, dossier), 'đã đóng');
  });

  await part('everybody sees what he may of how it came about', async () => {
    await go(province, `/ra-soat/${round}/quyet-dinh/${commune}`);
    const decisions = await words(province);
    assert.equal((decisions.match(/Trương Văn Ký/g) ?? []).length, 3, 'two decisions, and the one that takes back a certificate');
    assert.match(decisions, /Thu hồi giấy chứng nhận\s+Người ký/);
    assert.match(decisions, /Một phiếu ghi sai tổng điểm/);
    await go(province, `/ho-so/${dossier}`);
    const story = await words(province);
    for (const said of [/Bùi Văn Thôn/, /Bùi Thị Xã/, /Phạm Văn Dũng/, /Trương Văn Ký/, /Ghi sót một nguyên nhân/, /Đồng ý cho sửa/]) assert.match(story, said);
    assert.equal((story.match(/chính thức/gi) ?? []).length >= 2, true, 'what was sent up before stays beside what was sent after');
    await go(officer, `/ho/${added.id}`);
    assert.match(await words(officer), /giấy chứng nhận/i);
    await go(officer, `/ra-soat/${round}/chung-nhan/${commune}`);
    const certificates = await words(officer);
    assert.match(certificates, new RegExp(near.cells[0].replace(/\s*TH-.*/s, '')));
    refuses(404);
    assert.equal(await go(head, `/ra-soat/${round}/quyet-dinh/${commune}`), 404, 'lists of the whole commune are not the village head’s');
    for (const path of [`/ho-so/${dossier}`, `/ra-soat/${round}/tien-do?dia-ban=${commune}`, `/ra-soat/${round}/quyet-dinh/${commune}`, `/ra-soat/${round}/chung-nhan/${commune}`, `/ra-soat/${round}/phan-anh/${commune}`, `/ra-soat/${round}/niem-yet/${commune}`, `/ra-soat/${round}/hop-thon/${village}`]) {
      await officer.setViewportSize(desk);
      await go(officer, path);
      await accessible(officer, path);
      await officer.setViewportSize(phone);
      assert.deepEqual(await tooWide(officer), [], path);
    }
  });
});
