// What every test of a page needs: a browser, people signed in, and eyes on
// everything that must not happen behind the page: a message on the console, an
// error of a script, a failed or refused request, a request to another host.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, afterEach, before } from 'node:test';
import { chromium } from 'playwright-core';

export const base = process.env.BASE;
if (!base) throw new Error('run the tests by "npm test", which starts the server');

export const password = 'giamngheo-mau';
export const desk = { width: 1280, height: 900 };
export const phone = { width: 360, height: 740 };

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

let browser;
let contexts = [];
let seen = [];
let expected = [];
const sessions = new Map();

before(async () => {
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: flags });
});

after(() => browser.close());

afterEach(async () => {
  await Promise.all(contexts.map((c) => c.close()));
  const faults = seen.filter((s) => !expected.some((e) => s.includes(e)));
  contexts = [];
  seen = [];
  expected = [];
  assert.deepEqual(faults, [], 'something went wrong behind the page');
});

// refuses says that the server is meant to answer with this status once: the
// browser reports it on its console.
export function refuses(status) {
  expected.push(`status of ${status}`, ` answered ${status}`);
}

// visit opens a page as somebody; without a name nobody is signed in.
export async function visit(name, path = '/', { viewport = desk, dark = false } = {}) {
  const context = await open({ viewport, colorScheme: dark ? 'dark' : 'light', storageState: name ? await session(name) : undefined });
  const page = await context.newPage();
  await go(page, path);
  return page;
}

// go leads the page to an address and waits until it stands still.
export async function go(page, path) {
  const response = await page.goto(base + path, { waitUntil: 'load' });
  return response.status();
}

async function open(options) {
  const context = await browser.newContext({ locale: 'vi-VN', timezoneId: 'Asia/Ho_Chi_Minh', acceptDownloads: true, ...options });
  context.setDefaultTimeout(10_000);
  contexts.push(context);
  context.on('console', (m) => {
    if (['error', 'warning'].includes(m.type())) seen.push(`console ${m.type()}: ${m.text()} (${m.location().url})`);
  });
  context.on('weberror', (e) => seen.push(`script: ${e.error().message}`));
  context.on('requestfailed', (r) => {
    // A page that is left while it loads, and a download, end their requests.
    if (r.failure()?.errorText !== 'net::ERR_ABORTED') seen.push(`failed: ${r.url()} ${r.failure()?.errorText}`);
  });
  context.on('request', (r) => {
    if (!r.url().startsWith(base) && !r.url().startsWith('data:') && !r.url().startsWith('blob:')) seen.push(`another host: ${r.url()}`);
  });
  context.on('response', (r) => {
    if (r.status() >= 400) seen.push(`${r.url()} answered ${r.status()}`);
  });
  return context;
}

// session signs somebody in once for all tests of a file.
async function session(name) {
  if (!sessions.has(name)) {
    const context = await open({});
    const page = await context.newPage();
    await signIn(page, name);
    sessions.set(name, await context.storageState());
  }
  return sessions.get(name);
}

export async function signIn(page, name, word = password) {
  await go(page, '/dang-nhap');
  await page.getByLabel('Tên đăng nhập').fill(name);
  await page.getByLabel('Mật khẩu').fill(word);
  await page.getByRole('button', { name: 'Đăng nhập', exact: true }).click();
  await page.waitForLoadState('load');
}

// accessible lets axe look at the page as it stands.
export async function accessible(page, what = page.url()) {
  assert.deepEqual(await barriers(page), [], `accessibility of ${what}`);
}

// barriers are what keeps somebody from using the page.
export async function barriers(page) {
  const found = await page.evaluate(`(() => { ${axe}; return 0 })()`).then(() =>
    page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })));
  return found.violations
    .filter((v) => v.impact === 'serious' || v.impact === 'critical')
    .map((v) => `${v.id} (${v.impact}): ${v.nodes.slice(0, 3).map((n) => `${n.html.slice(0, 160)} ${n.failureSummary?.replace(/\s+/g, ' ').slice(0, 160)}`).join(' | ')}`);
}

// tooWide says by what the page itself scrolls sideways; wide tables scroll in
// their own frame.
export async function tooWide(page) {
  const over = await page.evaluate(() => {
    const by = document.documentElement.scrollWidth - window.innerWidth;
    const wide = by <= 0 ? [] : [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > window.innerWidth + 1).slice(0, 3).map((e) => e.outerHTML.slice(0, 120));
    return { by, wide };
  });
  return over.by <= 0 ? [] : [`${over.by} px too wide: ${over.wide.join(' | ')}`];
}

export async function heading(page) {
  if ((await page.locator('h1').count()) === 0) return '';
  return (await page.locator('h1').first().innerText()).trim();
}
