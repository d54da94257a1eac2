// The page of all exercises: found by words and filters, sorted by load, figures that move when asked, in both languages.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { axe, close, fitsEveryWidth, openPage, screenshot, startBrowser, startKeel } from './harness.mjs';

describe('all exercises', () => {
  let keel;
  let browser;
  before(async () => {
    [keel, browser] = await Promise.all([startKeel(), startBrowser()]);
  });
  after(async () => {
    await browser?.close();
    await keel?.stop();
  });

  const shown = (page) => page.locator('#found > li:visible').count();

  for (const [language, word] of [['en', 'bridge'], ['ru', 'планка']]) {
    test(`are found by words and filters in ${language}`, async () => {
      const page = await openPage(browser, keel, { language });
      assert.equal((await page.goto('/exercises')).status(), 200);
      assert.equal(await page.locator('html').getAttribute('lang'), language);
      assert.equal(await shown(page), 99);
      await fitsEveryWidth(page);
      await page.locator('input[name=words]').fill(word);
      const found = await shown(page);
      assert(found >= 3 && found < 20, `${found} for ${word}`);
      assert.match(await page.locator('#count').innerText(), new RegExp(`${found}`));
      await axe(page);
      await page.waitForFunction(() => [...document.querySelectorAll('#found > li:not([hidden]) img')].slice(0, 2).every((img) => img.complete && img.naturalWidth > 0), null, { timeout: 60_000 });
      await screenshot(page, `exercises-${language}`);

      // What was asked for is in the address, so that it can be sent to someone and survives a reload.
      await page.reload();
      assert.equal(await shown(page), found);
      await page.locator('button[type=reset]').click();
      await page.waitForFunction(() => document.querySelectorAll('#found > li:not([hidden])').length === 99);

      await page.locator('select[name=order]').selectOption('load');
      const loads = await page.locator('#found > li').evaluateAll((items) => items.map((item) => (item.dataset.load === '' ? Infinity : Number(item.dataset.load))));
      assert.deepEqual(loads, [...loads].sort((a, b) => a - b));
      assert.equal(await page.locator('#found > li').first().getAttribute('data-load') < '0.5', true, 'rest comes first');
      await close(page);
    });
  }

  test('a figure is drawn on the body, and moves when it is asked to', async () => {
    const page = await openPage(browser, keel);
    await page.goto('/exercises?words=DS11#DS11');
    const figure = page.locator('#DS11 img');
    await figure.scrollIntoViewIfNeeded();
    await page.waitForFunction(() => document.querySelector('#DS11 img').naturalWidth > 0, null, { timeout: 60_000 });
    const play = page.locator('#DS11 .play');
    await play.click();
    assert.equal(await play.getAttribute('aria-pressed'), 'true');
    await page.waitForFunction(() => document.querySelector('#DS11 img').currentSrc.endsWith('.apng') && document.querySelector('#DS11 img').complete, null, { timeout: 60_000 });
    assert((await figure.evaluate((img) => img.naturalWidth)) > 0);
    await play.click();
    assert.match(await figure.getAttribute('src'), /\.png$/);
    await close(page);
  });

  test('without scripts the page is whole', async () => {
    const page = await openPage(browser, keel, { scripts: false, width: 390 });
    await page.goto('/exercises', { waitUntil: 'domcontentloaded' });
    assert.equal(await shown(page), 99);
    assert.equal(await page.locator('#filters:visible').count(), 0);
    await page.locator('#DS11 summary').click();
    assert((await page.locator('#DS11 details p').first().isVisible()));
    await close(page);
  });

  test('an exercise that does not exist has no figure', async () => {
    const page = await openPage(browser, keel);
    const response = await page.request.get(`${keel.url}/figures/ZZ99.png`);
    assert.equal(response.status(), 404);
    await close(page);
  });
});
