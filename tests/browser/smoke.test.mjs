// The program starts, its first page opens in both languages, with and without scripts, and it comes back after being killed.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { axe, close, openPage, screenshot, startBrowser, startKeel } from './harness.mjs';

describe('the first page', () => {
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
    for (const scripts of [true, false]) {
      test(`opens in ${language} ${scripts ? 'with' : 'without'} scripts`, async () => {
        const page = await openPage(browser, keel, { language, scripts });
        const response = await page.goto('/');
        assert.equal(response.status(), 200);
        assert.equal(await page.locator('html').getAttribute('lang'), language);
        assert.equal(await page.locator('h1').count(), 1);
        const cyrillic = /[а-яё]/i.test(await page.locator('h1').innerText());
        assert.equal(cyrillic, language === 'ru');
        if (scripts) {
          await axe(page);
          await screenshot(page, `home-${language}`);
        }
        await close(page);
      });
    }
  }

  test('opens again after the program was killed and restarted', async () => {
    await keel.kill();
    await keel.restart();
    const page = await openPage(browser, keel);
    assert.equal((await page.goto('/')).status(), 200);
    await close(page);
  });
});
