// The whole way of two people in both languages, with and without scripts: safety → questions → tests → programme → PDF; the emergency stop;
// a server that is killed between the steps; forms that are left half-finished.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { bloodThinner, extensionResponder } from './cases.mjs';
import { axe, close, openPage, screenshot, startBrowser, startKeel } from './harness.mjs';

const LANGUAGES = ['en', 'ru'];
const STEPS = ['person', 'diagnosis', 'pain', 'conditions', 'medicines', 'days'];

/** Answers what a page asks: radio buttons, boxes, lists and fields, found by the path of the question. */
async function answer(page, answers) {
  for (const [path, value] of Object.entries(answers)) {
    if (path.endsWith('*')) {
      await answerEvery(page, path.slice(0, -1), value);
      continue;
    }
    const field = page.locator(`[name="${path}"]:not([type="hidden"])`);
    const [tag, type] = await field.first().evaluate((element) => [element.tagName, element.getAttribute('type')]);
    if (type === 'radio') await field.and(page.locator(`[value="${value}"]`)).check({ force: true });
    else if (type === 'checkbox') await tick(page, field, value);
    else if (tag === 'SELECT') await field.selectOption(value);
    else await field.fill(value);
  }
}

async function tick(page, boxes, values) {
  for (const value of values) {
    const box = boxes.and(page.locator(`[value="${value}"]`));
    const folded = page.locator('details:not([open])').filter({ has: page.locator(`[value="${value}"]`) });
    if (await folded.count()) await folded.locator('summary').click();
    await box.check({ force: true });
  }
}

/** The same radio answer to every question of the page whose path begins so and that has none yet. */
async function answerEvery(page, prefix, value) {
  const names = await page.locator(`input[type="radio"][name^="${prefix}"]`).evaluateAll((inputs) => [...new Set(inputs.map((input) => input.name))]);
  for (const name of names) await page.locator(`input[name="${name}"][value="${value}"]`).check({ force: true });
}

const proceed = (page) => page.locator('form.form button[type="submit"]').click();

/** Answers "no" to every red flag; `look` sees each screen before it is sent. */
async function throughSafety(page, look = async () => {}) {
  await page.goto('/safety');
  while (new URL(page.url()).pathname.startsWith('/safety')) {
    const screen = page.url();
    assert.equal(await page.locator('input[type="radio"]:checked').count(), 0, 'nothing is chosen beforehand');
    await look(new URL(screen).pathname.split('/').pop());
    await answerEvery(page, 'answers.', 'no');
    await proceed(page);
    assert.notEqual(page.url(), screen, 'the next screen comes');
  }
}

async function throughQuestions(page, person, look = async () => {}) {
  for (const step of STEPS) {
    assert.equal(new URL(page.url()).pathname, `/about/${step}`);
    await look(step);
    await answer(page, person[step]);
    await proceed(page);
  }
  assert.equal(new URL(page.url()).pathname, '/tests');
}

/** Where a test has a clock and scripts run: it starts, counts, and stops. Without scripts there is none to see. */
async function runClock(page) {
  const clock = page.locator('.clock:visible');
  if ((await clock.count()) === 0) return;
  const began = await clock.locator('button').innerText();
  await clock.locator('button').click();
  assert.notEqual(await clock.locator('button').innerText(), began);
  const first = await clock.locator('output').innerText();
  await page.waitForFunction((first) => document.querySelector('.clock output').textContent !== first, first);
  await clock.locator('button').click();
  assert.equal(await clock.locator('button').innerText(), began);
}

async function throughTests(page, person, look = async () => {}) {
  await look('tests');
  for (const [id, results] of Object.entries(person.tests)) {
    await page.goto(`/tests/${id}`);
    await look(`test-${id}`);
    await runClock(page);
    await answer(page, results);
    await proceed(page);
    assert.equal(new URL(page.url()).pathname, '/tests');
  }
  await proceed(page);
  assert.equal(new URL(page.url()).pathname, '/programme');
}

/** The text of a PDF is compressed; its size, kind and language say that it is the real one. */
async function pdf(page, language) {
  const response = await page.request.get('/programme.pdf', { headers: { 'accept-language': language }, timeout: 180_000 });
  assert.equal(response.status(), 200);
  assert.equal(response.headers()['content-type'], 'application/pdf');
  const bytes = await response.body();
  assert.equal(bytes.subarray(0, 5).toString(), '%PDF-');
  assert(bytes.length > 20_000, `${bytes.length} bytes`);
  assert.match(bytes.toString('latin1'), new RegExp(`/Lang ?\\(${language}`));
}

describe('the whole way', () => {
  let browser;
  before(async () => (browser = await startBrowser()));
  after(async () => browser?.close());

  for (const language of LANGUAGES) {
    test(`${extensionResponder.name} in ${language}, every page looked at`, async () => {
      const keel = await startKeel();
      try {
        const page = await openPage(browser, keel, { language });
        await page.goto('/');
        await axe(page);
        await screenshot(page, `${language}-01-welcome`);
        await page.locator('main a.button').first().click();
        let number = 2;
        const look = async (name) => {
          await axe(page);
          await screenshot(page, `${language}-${String(number++).padStart(2, '0')}-${name}`);
        };
        await throughSafety(page, look);
        await throughQuestions(page, extensionResponder, look);
        await throughTests(page, extensionResponder, look);
        await look('programme');
        const text = await page.locator('main').innerText();
        assert((await page.locator('.card').count()) >= 3, 'a session of several exercises');
        assert.equal(/[а-яё]{4}/i.test(text), language === 'ru');
        assert.equal(await page.locator('#exercise-DP03').count() + (await page.locator('text=/DP03/').count()) > 0 || /press|прогиб/i.test(text), true, 'the direction that eases is used');
        for (const details of await page.locator('details').all()) await details.evaluate((element) => (element.open = true));
        await look('programme-open');
        await pdf(page, language);
        await close(page);
      } finally {
        await keel.stop();
      }
    });

    test(`${bloodThinner.name} in ${language}, without scripts`, async () => {
      const keel = await startKeel();
      try {
        const page = await openPage(browser, keel, { language, scripts: false, width: 390 });
        await throughSafety(page);
        await throughQuestions(page, bloodThinner);
        await throughTests(page, bloodThinner);
        const text = await page.locator('main').innerText();
        assert.match(text, language === 'en' ? /blood thinner/i : /антикоагулянт/i);
        assert.doesNotMatch(text, /\d+\s?(mg|мг)\b/i, 'no dose of a medicine is ever named');
        await pdf(page, language);
        await close(page);
      } finally {
        await keel.stop();
      }
    });

    test(`an emergency answer stops at once in ${language}`, async () => {
      const keel = await startKeel();
      try {
        const page = await openPage(browser, keel, { language });
        await page.goto('/safety');
        await answerEvery(page, 'answers.', 'no');
        await page.locator('input[name="answers.CES_SADDLE"][value="yes"]').click({ force: true });
        // The script leads there at once, without the button. (Not check(): it would look for the mark on a page that is left.)
        await page.waitForURL('**/stop');
        assert((await page.locator('a[href^="tel:"]').count()) >= 1, 'numbers to call');
        await axe(page);
        await screenshot(page, `${language}-30-stop`);
        await page.goto('/programme');
        assert.notEqual(new URL(page.url()).pathname, '/programme', 'no programme can be reached');
        for (const path of ['beside', 'medicines', 'physiotherapy', 'belt', 'course', 'questionnaires']) {
          await page.goto(`/${path}`);
          assert.equal(await page.locator('.notice[data-tone=emergency] a[href="/stop"]').count(), 1, `${path} says so first`);
          await axe(page);
        }
        await screenshot(page, `${language}-32-beside-locked`);
        await pdf(page, language);
        await page.goto('/stop');
        await page.locator('form[action="/stop"] button').click();
        assert.equal(await page.locator('form[action="/stop"]').count(), 0, 'read and confirmed');
        await page.goto('/emergency');
        await axe(page);
        await screenshot(page, `${language}-31-emergency`);
        await close(page);
      } finally {
        await keel.stop();
      }
    });
  }

  test('a server killed between steps has lost nothing', async () => {
    const keel = await startKeel();
    try {
      const page = await openPage(browser, keel);
      // What a browser says of a server that is gone, or goes while it is asked.
      const expected = [/net::ERR_[A-Z_]+/, /Failed to fetch/, /NetworkError/];
      await throughSafety(page);
      await keel.kill();
      await keel.restart();
      await page.goto('/');
      await page.locator('main a.button').first().click();
      assert.equal(new URL(page.url()).pathname, '/about/person', 'goes on where it was');
      // half a page, never sent: each answer is saved as it is given
      await answer(page, { 'person.sex': 'female', 'person.height_cm': '171' });
      await page.locator('[name="person.height_cm"]').blur();
      await page.locator('.saving[data-state="saved"]').waitFor();
      await keel.kill();
      await keel.restart();
      await page.reload();
      assert.equal(await page.locator('[name="person.height_cm"]').inputValue(), '171');
      assert(await page.locator('input[name="person.sex"][value="female"]').isChecked());
      // an answer given while the server is down is sent when it is back
      await keel.kill();
      await page.locator('[name="person.mass_kg"]').fill('64');
      await page.locator('[name="person.mass_kg"]').blur();
      await page.locator('.saving[data-state="unsaved"]').waitFor();
      await keel.restart();
      await page.reload();
      await page.locator('.saving[data-state="saved"]').waitFor({ timeout: 20_000 });
      await page.reload();
      assert.equal(await page.locator('[name="person.mass_kg"]').inputValue(), '64');
      await close(page, { expected });
    } finally {
      await keel.stop();
    }
  });

  test('a wrong answer says what was wrong and what is allowed, and keeps the others', async () => {
    const keel = await startKeel();
    try {
      const page = await openPage(browser, keel, { scripts: false });
      await throughSafety(page);
      await answer(page, { ...extensionResponder.person, 'person.height_cm': '1.68' });
      await proceed(page);
      assert.equal(new URL(page.url()).pathname, '/about/person');
      const summary = await page.locator('#summary').innerText();
      assert.match(summary, /1\.68/);
      assert.match(summary, /120/);
      assert.equal(await page.locator('[name="person.mass_kg"]').inputValue(), '66');
      await answer(page, { 'person.height_cm': '168' });
      await proceed(page);
      assert.equal(new URL(page.url()).pathname, '/about/diagnosis');
      await close(page);
    } finally {
      await keel.stop();
    }
  });
});
