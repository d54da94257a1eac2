// Starts the built program on a throw-away record and drives a real Chromium against it.
//
//   const keel = await startKeel();                        the program on a free port of this machine
//   const browser = await startBrowser();
//   const page = await openPage(browser, keel, { width: 390, language: 'ru', scripts: false });
//   await page.goto('/');                                  paths are relative to the program
//   await axe(page);                                       no accessibility violation, in light and in dark
//   await screenshot(page, 'home');                        target/screenshots/home-390-light.png and three more
//   await keel.kill(); await keel.restart();               as after a power cut: same port, same record
//
// What a page must never do (an error in its console, a request to another place, an answer of 500 or above) is collected from every page
// and fails in `close`. Playwright's own pages, locators and expectations are used as they are; nothing here wraps them.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from 'playwright-core';

const ROOT = resolve(import.meta.dirname, '../..');
const TARGET = resolve(ROOT, process.env.CARGO_TARGET_DIR ?? 'target');
const KEEL = process.env.KEEL_BIN ?? join(TARGET, 'debug/keel');
const CHROMIUM = process.env.KEEL_CHROMIUM ?? '/usr/bin/chromium';
const SCREENSHOTS = join(TARGET, 'screenshots');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A phone in the hand and a usual laptop window, in CSS pixels. */
export const WIDTHS = [390, 1280];
export const COLOUR_SCHEMES = ['light', 'dark'];
const HEIGHTS = { 390: 844, 1280: 800 };
const LOCALES = { en: 'en-GB', ru: 'ru-RU' };

/** How long the program may take to answer after its start; an unoptimised build on a busy machine included. */
const START_MS = 20_000;
/** How long it may take to stop once told to: its own grace for open requests, and some. */
const STOP_MS = 8_000;

/** The program, running on a record of its own. */
export class Keel {
  #folder;
  #process;
  #said = '';

  constructor(folder, port) {
    this.#folder = folder;
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
    this.database = join(folder, 'keel.db');
  }

  /** Starts it on the same port and record; returns once it answers. */
  async restart() {
    assert(existsSync(KEEL), `${KEEL} is not there; build it with \`cargo build --bin keel\``);
    const address = `127.0.0.1:${this.port}`;
    const child = spawn(KEEL, ['serve', '--listen', address, '--database', this.database], {
      env: { PATH: process.env.PATH, HOME: this.#folder, LANG: 'C.UTF-8' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (this.#said += text));
    let failure;
    child.once('error', (error) => (failure = error));
    const deadline = Date.now() + START_MS;
    while (!(await this.#answers())) {
      if (failure) throw failure;
      assert(!ended(child), `keel serve ended at once:\n${this.#said}`);
      assert(Date.now() < deadline, `keel serve does not answer after ${START_MS} ms:\n${this.#said}`);
      await sleep(50);
    }
  }

  /** What it wrote to its two outputs so far. */
  get said() {
    return this.#said;
  }

  /** Ends it as a power cut would: no chance to finish anything. */
  async kill() {
    await end(this.#process, 'SIGKILL');
  }

  /** Tells it to stop, and removes its record. */
  async stop() {
    const child = this.#process;
    const orderly = await Promise.race([end(child, 'SIGTERM').then(() => true), sleep(STOP_MS, false, { ref: false })]);
    this.abandon();
    assert(orderly, `keel serve did not stop within ${STOP_MS} ms`);
  }

  /** Ends it and removes its record without waiting. */
  abandon() {
    this.#process?.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
    started.delete(this);
  }

  async #answers() {
    try {
      return (await fetch(`${this.url}/health`)).ok;
    } catch {
      return false;
    }
  }
}

/** Starts the program on an empty record and a free port. */
export async function startKeel() {
  const keel = new Keel(await mkdtemp(join(tmpdir(), 'keel-browser-')), await freePort());
  started.add(keel);
  await keel.restart();
  return keel;
}

/** Starts Debian's Chromium without a window, and without the services of its maker. */
export function startBrowser() {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/**
 * A page in a profile of its own: no cookies, nothing remembered.
 *
 * `scripts: false` is a browser in which JavaScript is switched off.
 */
export async function openPage(browser, keel, { width = 1280, colourScheme = 'light', language = 'en', scripts = true } = {}) {
  const context = await browser.newContext({
    baseURL: keel.url,
    viewport: { width, height: HEIGHTS[width] ?? 800 },
    colorScheme: colourScheme,
    locale: LOCALES[language],
    reducedMotion: 'reduce',
    javaScriptEnabled: scripts,
  });
  const page = await context.newPage();
  const troubles = [];
  page.on('console', (message) => message.type() === 'error' && troubles.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => troubles.push(`script: ${error.message}`));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${keel.url}/`) && !url.startsWith('data:')) troubles.push(`asked elsewhere: ${url}`);
  });
  page.on('response', (response) => response.status() >= 500 && troubles.push(`${response.status()}: ${response.url()}`));
  pageTroubles.set(page, troubles);
  if (scripts) withScripts.add(page);
  return page;
}

/** Closes a page and its profile; fails if anything went wrong on it. `expected` are patterns of what a test caused on purpose. */
export async function close(page, { expected = [] } = {}) {
  const troubles = pageTroubles.get(page).filter((trouble) => !expected.some((pattern) => pattern.test(trouble)));
  await page.context().close();
  assert.deepEqual(troubles, [], 'the page had troubles');
}

/** Fails on any accessibility violation of the page as it is shown now, in light and in dark. Needs a page with scripts. */
export async function axe(page) {
  assert(withScripts.has(page), 'axe is a script; check the same page with scripts on');
  for (const colorScheme of COLOUR_SCHEMES) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(AXE);
    const { violations } = await page.evaluate(() => globalThis.axe.run());
    const found = violations.flatMap(({ id, help, nodes }) =>
      nodes.map((node) => `${id}: ${help}\n    ${node.html}\n    ${(node.failureSummary ?? '').replaceAll('\n', '\n    ')}`),
    );
    assert.equal(found.length, 0, `${page.url()} in ${colorScheme}:\n${found.join('\n')}`);
  }
}

/** Writes the whole page as target/screenshots/NAME-WIDTH-SCHEME.png for each width and colour scheme. It must not scroll sideways. */
export async function screenshot(page, name) {
  await mkdir(SCREENSHOTS, { recursive: true });
  const before = page.viewportSize();
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHTS[width] });
    for (const colorScheme of COLOUR_SCHEMES) {
      await page.emulateMedia({ colorScheme });
      // A long page takes its time on a busy machine.
      await page.screenshot({ path: join(SCREENSHOTS, `${name}-${width}-${colorScheme}.png`), fullPage: true, timeout: 120_000 });
    }
    await fits(page, width);
  }
  await page.setViewportSize(before);
}

/** The same at every width, without a picture: a picture of the whole page draws what a reader has not come to yet. */
export async function fitsEveryWidth(page) {
  const before = page.viewportSize();
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHTS[width] });
    await fits(page, width);
  }
  await page.setViewportSize(before);
}

/** Fails where the page, as it is shown now at this width, scrolls sideways. */
async function fits(page, width) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert(wide <= width, `${page.url()} is ${wide} pixels wide at ${width}`);
}

const pageTroubles = new WeakMap();
const withScripts = new WeakSet();

// A test that is cut off must leave no program behind.
const started = new Set();
process.on('exit', () => started.forEach((keel) => keel.abandon()));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

const ended = (child) => child.exitCode !== null || child.signalCode !== null;

function end(child, signal) {
  if (ended(child)) return Promise.resolve();
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  return exit;
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
