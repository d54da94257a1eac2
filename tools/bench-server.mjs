// How long the pages of the app take under a constant load, and how much memory it needs for that.
//
//   node tools/bench-server.mjs [REQUESTS_PER_SECOND [SECONDS]]
//
// Starts the program of `make run` on a throw-away record, answers as one of the people of the browser tests would, and asks for four pages
// in turn. Requests go out at fixed times whether or not the ones before were answered, and each is timed from the moment at which it was
// due: a server that stalls is charged for everything that had to wait.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { extensionResponder as person } from '../tests/browser/cases.mjs';

const RATE = Number(process.argv[2] ?? 500);
const SECONDS = Number(process.argv[3] ?? 20);
const WARM_UP_SECONDS = 2;
const CONNECTIONS = 32;
const BUDGET_MS = 20;
const BUDGET_MB = 128;
const ROOT = resolve(import.meta.dirname, '..');
const KEEL = join(resolve(ROOT, process.env.CARGO_TARGET_DIR ?? 'target'), 'app/keel');

const port = await freePort();
const base = `http://127.0.0.1:${port}`;
const folder = mkdtempSync(join(tmpdir(), 'keel-bench-'));
const keel = spawn(KEEL, ['serve', '--listen', `127.0.0.1:${port}`, '--database', join(folder, 'keel.db')], { stdio: 'ignore' });
try {
  await answering();
  const screen = await walkTheWay();
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const pages = ['/', screen, '/programme', '/emergency'];
  await load(agent, pages, WARM_UP_SECONDS);
  const busyBefore = processorSeconds();
  const began = performance.now();
  const times = await load(agent, pages, SECONDS);
  const busy = (processorSeconds() - busyBefore) / ((performance.now() - began) / 1000);
  agent.destroy();

  for (const page of pages) report(page, times.get(page));
  const p99 = report('all pages', [...times.values()].flat());
  const memory = peakMemoryMb();
  console.log(`${RATE} requests/s for ${SECONDS} s: ${(busy * 100).toFixed(0)} % of one core; greatest memory ${memory.toFixed(0)} MB`);
  if (p99 > BUDGET_MS) console.log(`OVER BUDGET: the 99th percentile should be under ${BUDGET_MS} ms`);
  if (memory > BUDGET_MB) console.log(`OVER BUDGET: memory should be at most ${BUDGET_MB} MB`);
} finally {
  keel.kill();
  rmSync(folder, { recursive: true, force: true });
}

/** Asks for the pages in turn at the rate; milliseconds from due to answered, by page. */
async function load(agent, pages, seconds) {
  const times = new Map(pages.map((page) => [page, []]));
  const all = [];
  const start = performance.now();
  const total = RATE * seconds;
  for (let sent = 0; sent < total; ) {
    const due = start + (sent * 1000) / RATE;
    if (performance.now() < due) {
      await sleep(1);
      continue;
    }
    const page = pages[sent++ % pages.length];
    all.push(get(agent, page).then(() => times.get(page).push(performance.now() - due)));
  }
  await Promise.all(all);
  return times;
}

function get(agent, page) {
  return new Promise((done, failed) => {
    const asked = request(`${base}${page}`, { agent, headers: { 'accept-language': 'ru' } }, (answer) => {
      if (answer.statusCode !== 200) failed(new Error(`${page}: ${answer.statusCode}`));
      answer.resume().once('end', done).once('error', failed);
    });
    asked.once('error', failed).end();
  });
}

function report(name, times) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  const show = (ms) => `${ms.toFixed(1).padStart(6)} ms`;
  console.log(`${show(at(0.5))} median ${show(at(0.99))} p99 ${show(at(1))} worst  ${name}`);
  return at(0.99);
}

/** Answers every step; returns the address of a red-flag screen. */
async function walkTheWay() {
  let path = await post('/safety', null);
  const first = path;
  while (path.startsWith('/safety')) path = await post(path, {}, { 'answers.': 'no' });
  for (const step of ['person', 'diagnosis', 'pain', 'conditions', 'medicines', 'days']) {
    const { 'medicines.*': every, ...answers } = person[step];
    await post(`/about/${step}`, { ...answers, anyway: 'yes' }, every ? { 'medicines.': every } : {});
  }
  for (const [test, results] of Object.entries(person.tests)) await post(`/tests/${test}`, results);
  const last = await post('/tests', {});
  if (last !== '/programme') throw new Error(`the way ends at ${last}`);
  return first;
}

/** Sends a form (nothing, for a page that only leads on) and returns where it leads. `every` answers all other questions that begin so. */
async function post(path, answers, every = {}) {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(answers ?? {})) for (const one of [value].flat()) form.append(name, one);
  if (Object.keys(every).length > 0) {
    const html = await (await fetch(base + path)).text();
    for (const [, name] of html.matchAll(/name="([^"]+)"/g)) {
      for (const [prefix, value] of Object.entries(every)) if (name.startsWith(prefix) && !form.has(name)) form.append(name, value);
    }
  }
  const options = { redirect: 'manual', headers: { origin: base } };
  const answer = await fetch(base + path, answers ? { ...options, method: 'POST', body: form } : options);
  const to = answer.headers.get('location');
  if (!to) throw new Error(`${path} does not lead on: ${answer.status}`);
  return to;
}

async function answering() {
  for (let tries = 0; tries < 200; tries++) {
    if (keel.exitCode !== null) throw new Error(`${KEEL} ended at once; build it with \`cargo build --profile app --bin keel\``);
    try {
      if ((await fetch(`${base}/health`)).ok) return;
    } catch {
      await sleep(50);
    }
  }
  throw new Error(`${KEEL} does not answer`);
}

function peakMemoryMb() {
  const line = readFileSync(`/proc/${keel.pid}/status`, 'utf8').match(/VmHWM:\s+(\d+)/);
  return Number(line?.[1]) / 1024;
}

/** Time on processors of the program so far, of both kinds, in seconds. */
function processorSeconds() {
  const fields = readFileSync(`/proc/${keel.pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function freePort() {
  return new Promise((done, failed) => {
    const server = createServer().once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}
