// What goes with the exercises: questionnaires, medicines, physiotherapy, belts, what to expect; in both languages, with and without scripts.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { axe, close, openPage, screenshot, startBrowser, startKeel } from './harness.mjs';

/** A moment so many hours ago, as a field takes it. */
function hoursAgo(hours) {
  const at = new Date(Date.now() - hours * 3_600_000);
  const two = (number) => String(number).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

describe('beside the exercises', () => {
  let keel;
  let browser;
  before(async () => {
    [keel, browser] = await Promise.all([startKeel(), startBrowser()]);
  });
  after(async () => {
    await browser?.close();
    await keel?.stop();
  });

  for (const language of ['en', 'ru']) {
    test(`every page is whole in ${language}`, async () => {
      const page = await openPage(browser, keel, { language });
      for (const name of ['beside', 'questionnaires', 'questionnaires/IPAQ_SF', 'questionnaires/PSFS', 'questionnaires/GROC', 'questionnaires/ODI', 'medicines', 'physiotherapy', 'belt', 'course', 'examined']) {
        assert.equal((await page.goto(`/${name}`)).status(), 200);
        assert.equal(await page.locator('html').getAttribute('lang'), language);
        // What is folded away has to be right as well.
        await page.evaluate(() => document.querySelectorAll('details').forEach((one) => (one.open = true)));
        await axe(page);
        await screenshot(page, `${name.replace('/', '-')}-${language}`);
      }
      await close(page);
    });
  }

  test('a questionnaire is kept while it is filled in, counts once it is finished, and shows the change', async () => {
    const page = await openPage(browser, keel);
    await page.goto('/questionnaires/PHQ2');
    await page.locator('button[type=submit]').last().click();
    assert.match(await page.locator('.question-error:visible').first().innerText(), /answer/i, 'an open question is named, nothing is counted');
    const answer = (item, value) => page.locator(`input[name="instruments.PHQ2.${item}"][value="${value}"]`).check({ force: true });
    const items = await page.locator('fieldset.question').evaluateAll((boxes) => boxes.map((box) => box.dataset.path.split('.').at(-1)));
    assert.equal(items.length, 2);
    await answer(items[0], 3);
    await page.waitForFunction(() => document.querySelector('.saving').textContent.length > 0);
    await page.reload();
    assert(await page.locator(`input[name="instruments.PHQ2.${items[0]}"][value="3"]`).isChecked(), 'half-finished answers are kept');
    await answer(items[1], 1);
    await page.locator('button[type=submit]').last().click();
    assert.match(await page.locator('.result').innerText(), /4.*\(0–6\)/s);
    assert.equal(await page.locator('input:checked').count(), 0, 'the form is empty for the next time');
    await page.goto('/beside');
    assert.match(await page.locator('main').innerText(), /mood/i, 'a yellow flag offers support');
    await close(page);
  });

  test('ticks count, and nothing ticked is an answer', async () => {
    const page = await openPage(browser, keel, { scripts: false });
    await page.goto('/questionnaires/RMDQ');
    assert.equal(await page.locator('input[type=checkbox]').count(), 24);
    for (const index of [0, 4, 9]) await page.locator('input[type=checkbox]').nth(index).check({ force: true });
    await page.locator('button[type=submit]').last().click();
    assert.match(await page.locator('.result').innerText(), /3.*\(0–24\)/s);
    await close(page);
  });

  test('the diary adds up, warns above the label, and an entry can be taken back', async () => {
    const page = await openPage(browser, keel);
    const write = async (medicine, mg, hours) => {
      await page.goto('/medicines');
      await page.locator('select[name=medicine]').selectOption(medicine);
      await page.locator('input[name=mg]').fill(mg);
      await page.locator('input[name=at]').fill(hoursAgo(hours));
      await page.locator('form[action="/log/taken"] button').click();
    };
    await write('paracetamol', 'many', 2);
    assert.match(await page.locator('.question-error:visible').innerText(), /many/);
    assert.equal(await page.locator('select[name=medicine]').inputValue(), 'paracetamol', 'what was typed is still there');
    await write('paracetamol', '1500', 20);
    await write('paracetamol', '1500', 2);
    assert.match(await page.locator('.notice[data-tone=caution]').innerText(), /3000.*2000/s);
    assert.match(await page.locator('main').innerText(), /may hide pain until/);
    await page.locator('form[action$="/back"] button').first().click();
    assert.equal(await page.locator('.notice[data-tone=caution]').count(), 0);
    await close(page);
  });

  test('a treatment is checked against the person, and exercise waits after it', async () => {
    const page = await openPage(browser, keel);
    await page.goto('/physiotherapy');
    await page.evaluate(() => document.querySelectorAll('details').forEach((one) => (one.open = true)));
    await page.locator('input[name="treatments.electronic_implant"][value=yes]').check({ force: true });
    await page.locator('form[action="/physiotherapy"] button[type=submit]').click();
    assert.equal(await page.locator('#tens').getAttribute('data-cleared'), 'no');
    await page.locator('select[name=modality]').selectOption('heat');
    await page.locator('input[name=at]').fill(hoursAgo(0.5));
    await page.locator('form[action="/log/treated"] button').click();
    assert.match(await page.locator('.notice[data-tone=caution]').innerText(), /no exercise before/);

    await page.evaluate(() => document.querySelectorAll('details').forEach((one) => (one.open = true)));
    await page.locator('select[name=plan_modality]').selectOption('massage');
    for (const [name, value] of [['sessions', '6'], ['per_week', 'often'], ['from', '2026-11-20'], ['by', 'Dr. Weiß']]) await page.locator(`input[name=plan_${name}]`).fill(value);
    await page.locator('form[action="/log/planned"] button').click();
    assert.match(await page.locator('form[action="/log/planned"] .question-error:visible').innerText(), /often/);
    await page.locator('input[name=plan_per_week]').fill('2');
    await page.locator('form[action="/log/planned"] button').click();
    assert.match(await page.locator('#massage').innerText(), /0 of 6 sessions, prescribed by Dr\. Weiß/);
    await close(page);
  });

  test('a belt is judged by its answers', async () => {
    const page = await openPage(browser, keel);
    const answer = async (path, value) => {
      await page.goto('/belt');
      await page.evaluate(() => document.querySelectorAll('details').forEach((one) => (one.open = true)));
      const field = page.locator(`input[name="${path}"][value="${value}"]`);
      await field.check({ force: true });
      await page.locator('form').filter({ has: field }).locator('button[type=submit]').click();
    };
    await answer('belt.product', 'looking');
    await answer('belt.q_maker', 'no');
    await page.evaluate(() => document.querySelectorAll('details').forEach((one) => (one.open = true)));
    assert.match(await page.locator('main').innerText(), /0 of \d+ points/);
    assert.match(await page.locator('main').innerText(), /Rather not this one/);
    await close(page);
  });

  test('a clinician records by keyboard what is known and unchanged, and it can be taken back', async () => {
    const page = await openPage(browser, keel, { width: 390 });
    const press = async (selector) => {
      const loaded = page.waitForEvent('load');
      await page.locator(selector).focus();
      await page.keyboard.press('Enter');
      await loaded;
    };
    await page.goto('/beside');
    await press('a[href="/examined"]');
    const day = (days) => hoursAgo(-24 * days).slice(0, 10);
    const record = async (on, until) => {
      await page.locator('select[name=item]').focus();
      await page.keyboard.press('ArrowDown');
      await page.locator('input[name=by]').fill('Dr. Okafor');
      await page.locator('input[name=on]').fill(on);
      await page.locator('input[name=until]').fill(until);
      await page.locator('input[name=unchanged][value=yes]').focus();
      await page.keyboard.press('Space');
      await press('form[action="/log/examined"] button');
    };
    const wrong = () => page.locator('.question-error:visible').allInnerTexts();
    await page.locator('form[action="/log/examined"] button').click();
    assert.match((await wrong()).join(), /choose the sign/i, 'an empty form names what is missing');
    await record(day(3), day(10));
    assert.match((await wrong()).join(), /still to come/);
    await axe(page);
    await screenshot(page, 'examined-refused-en');
    await record(day(-1), day(40));
    assert.match((await wrong()).join(), new RegExp(`Allowed: ${day(-1)} – ${day(29)}`));
    assert.equal(await page.locator('input[name=by]').inputValue(), 'Dr. Okafor', 'what was typed is still there');
    await record(day(-1), day(20));
    assert.deepEqual(await wrong(), []);
    assert.match(await page.locator('.rows').innerText(), /Holds until .*Dr\. Okafor/);
    await axe(page);
    await screenshot(page, 'examined-recorded-en');
    await press('form[action$="/back"] button');
    assert.match(await page.locator('main').innerText(), /Nothing has been recorded/);
    await close(page);
  });

  test('a flare-up leads to its step', async () => {
    const page = await openPage(browser, keel);
    await page.goto('/course');
    await page.evaluate(() => document.querySelectorAll('details').forEach((one) => (one.open = true)));
    await page.locator('input[name="flare.new_weakness_numbness"][value=yes]').check({ force: true });
    await page.locator('form[action="/course"] button[type=submit]').click();
    assert.match(await page.locator('.notice[data-tone=caution]').innerText(), /safety/i);
    await close(page);
  });
});
