import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base, heading, password, refuses, signIn, visit } from './office.mjs';

test('somebody signs in and out', async () => {
  const page = await visit(null, '/');
  assert.equal(await heading(page), 'Đăng nhập');
  await signIn(page, 'xa');
  assert.equal(page.url(), `${base}/nhiem-vu`);
  assert.match(await page.locator('body').innerText(), /Hà Thị Loan/);
  assert.notEqual(await heading(page), 'Đăng nhập');

  await page.locator('form[action="/dang-xuat"] button').first().evaluate((b) => b.form.requestSubmit(b));
  await page.waitForURL(`${base}/dang-nhap`);
  await page.goto(`${base}/ho`);
  assert.equal(await heading(page), 'Đăng nhập', 'the session is over');
});

test('a wrong password is told, and nothing of what was typed but the name is kept', async () => {
  const page = await visit(null, '/dang-nhap');
  refuses(422);
  await signIn(page, 'xa', 'sai-mat-khau');
  assert.match(await page.locator('[role=alert]').first().innerText(), /mật khẩu/i);
  assert.equal(await page.getByLabel('Tên đăng nhập').inputValue(), 'xa');
  assert.equal(await page.getByLabel('Mật khẩu').inputValue(), '');

  await page.getByLabel('Mật khẩu').fill(password);
  await page.keyboard.press('Enter');
  await page.waitForURL(`${base}/nhiem-vu`);
});

test('an unknown name is answered like a wrong password', async () => {
  const answers = [];
  for (const name of ['thon', 'khong-co-ai']) {
    const page = await visit(null, '/dang-nhap');
    refuses(422);
    await signIn(page, name, 'sai-mat-khau');
    answers.push(await page.locator('[role=alert]').first().innerText());
  }
  assert.equal(answers[0], answers[1]);
});

test('who is not signed in is led back to the page they wanted', async () => {
  const page = await visit(null, '/bang');
  assert.equal(await heading(page), 'Đăng nhập');
  await page.getByLabel('Tên đăng nhập').fill('tinh');
  await page.getByLabel('Mật khẩu').fill(password);
  await page.getByRole('button', { name: 'Đăng nhập', exact: true }).click();
  await page.waitForURL(`${base}/bang`);
});

test('every page says that the people of a demo are not real', async () => {
  for (const [name, path] of [[null, '/'], ['xa', '/'], ['xa', '/ho'], ['tinh', '/bang'], ['tinh', '/ra-soat']]) {
    const page = await visit(name, path);
    assert.match(await page.locator('.demo').first().innerText(), /không có thật/, path);
  }
});
