// What holds of every page: it can be read by everybody, fits a phone, is quiet
// behind its back, in the light and in the dark.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessible, barriers, desk, go, heading, phone, refuses, tooWide, visit } from './office.mjs';

const pages = {
  xa: ['/', '/ho', '/ho?ket-qua-loc=poor', '/ho/moi', '/ra-soat', '/ra-soat/2020', '/nhap', '/xuat', '/bang', '/bang/results', '/bang/deprivations_poor', '/bang/matrix', '/danh-sach/poor_list',
    '/dia-ban', '/chuan', '/chuan/VN-2016', '/tai-khoan'],
  tinh: ['/', '/ho', '/ra-soat', '/nhap', '/nhap/thon', '/bang', '/bang/results', '/bang/movement_poor', '/bang/ethnic_groups_poor', '/bang/multidimensional', '/bang/so-chuan?dot=2018', '/dia-ban', '/nhat-ky'],
  yte: ['/', '/ho', '/bang/deprivations_poor'],
  quantri: ['/', '/nguoi-dung', '/dia-ban'],
};

// Addresses with an id in them, of a household of the commune.
async function inside(page) {
  await go(page, '/ho?ket-qua-loc=poor');
  const id = (await page.locator('#ket-qua tbody tr a').first().getAttribute('href')).match(/[0-9A-V]{26}/)[0];
  return [`/ho/${id}`, `/ra-soat/2020/${id}`, `/ho/${id}/sinh`, `/ho/${id}/tach`, `/ho/${id}/doi-chu-ho`, `/ho/${id}/chuyen-thon`, `/ho/${id}/sua`];
}

for (const [name, list] of Object.entries({ '': ['/dang-nhap'], ...pages })) {
  for (const dark of [false, true]) {
    test(`pages of ${name || 'nobody'} in the ${dark ? 'dark' : 'light'}`, async () => {
      const page = await visit(name || null, '/', { dark });
      const all = name === 'xa' ? [...list, ...(await inside(page))] : list;
      const wrong = [];
      const note = (path, list) => wrong.push(...list.map((w) => `${path}: ${w}`));
      for (const path of all) {
        await page.setViewportSize(desk);
        const status = await go(page, path);
        if (status !== 200) note(path, [`answers ${status}`]);
        if ((await heading(page)) === '') note(path, ['has no heading']);
        note(path, [...(await page.locator('body').innerText()).matchAll(/‹[a-z][^›]*›/g)].map((m) => `lacks the text ${m[0]}`));
        note(path, await barriers(page));
        await page.setViewportSize(phone);
        note(`${path} on a phone`, await tooWide(page));
        if (!dark) note(`${path} on a phone`, await barriers(page));
      }
      assert.deepEqual(wrong, []);
    });
  }
}

test('pages still fit when the letters are twice as large', async () => {
  const page = await visit('xa', '/', { viewport: { width: 640, height: 450 } }); // 1280 at 200 %
  for (const path of pages.xa) {
    await go(page, path);
    assert.deepEqual(await tooWide(page), [], path);
  }
});

test('a page that does not exist says so and leads home', async () => {
  const page = await visit('xa', '/');
  refuses(404);
  assert.equal(await go(page, '/khong-co-trang-nay'), 404);
  await accessible(page);
  await page.getByRole('link', { name: /trang đầu/i }).click();
  assert.match(await page.locator('body').innerText(), /Hà Thị Loan/);
});
