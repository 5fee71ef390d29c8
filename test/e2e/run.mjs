// Builds the program, starts a demo province on a free port and in a temporary
// folder, and runs the tests of the pages against it:
//
//   npm test                      all of them
//   npm test -- entry             those whose file begins with "entry"
//   BASE=http://… npm test        against a server that runs already
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const wanted = process.argv.slice(2);
const files = readdirSync(here).filter((f) => f.endsWith('.test.mjs') && (wanted.length === 0 || wanted.some((w) => f.startsWith(w))));
const folder = mkdtempSync(join(tmpdir(), 'giamngheo-e2e-'));
const program = join(folder, 'giamngheo');

function freePort() {
  return new Promise((resolve) => {
    const s = createServer().listen(0, '127.0.0.1', () => {
      const { port } = s.address();
      s.close(() => resolve(port));
    });
  });
}

async function answers(address, server) {
  const began = Date.now();
  for (;;) {
    if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}`);
    try {
      const r = await fetch(address);
      if (r.status === 200) return Date.now() - began;
    } catch {
      // not yet listening
    }
    if (Date.now() - began > 120_000) throw new Error('the demo did not answer within two minutes');
    await new Promise((wait) => setTimeout(wait, 100));
  }
}

async function demo() {
  const built = spawnSync('go', ['build', '-o', program, './cmd/giamngheo'], { cwd: root, stdio: 'inherit' });
  if (built.status !== 0) process.exit(1);
  const base = `http://127.0.0.1:${await freePort()}`;
  const server = spawn(program, ['demo', '--db', join(folder, 'demo.db'), '--addr', base.slice('http://'.length)], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  server.stderr.on('data', (d) => {
    log = (log + d).slice(-20_000);
  });
  try {
    console.log(`# the demo answered ${await answers(base, server)} ms after its start`);
  } catch (err) {
    console.error(log);
    throw err;
  }
  return { base, server, log: () => log };
}

const running = process.env.BASE ? { base: process.env.BASE } : await demo();
// One file after the other: they share the server and its accounts.
const tests = spawn(process.execPath, ['--test', '--test-reporter=spec', '--test-concurrency=1', ...files.map((f) => join(here, f))], {
  cwd: here,
  stdio: 'inherit',
  env: { ...process.env, BASE: running.base, PROGRAM: process.env.PROGRAM ?? program },
});
let failed = (await new Promise((done) => tests.on('exit', done))) !== 0;
if (running.server) {
  const ended = new Promise((done) => running.server.on('exit', (code) => done(code)));
  running.server.kill('SIGINT');
  const code = await ended;
  if (code !== 0) {
    console.error(`the server ended with ${code} after SIGINT`);
    failed = true;
  }
  for (const line of running.log().split('\n')) {
    if (line.includes('level=ERROR')) {
      console.error(`the server's log: ${line}`);
      failed = true;
    }
  }
}
rmSync(folder, { recursive: true, force: true });
process.exit(failed ? 1 : 0);
