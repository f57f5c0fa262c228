// The documentation of the API and the pages of problems, in a browser: complete, accessible, and readable on a phone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from '../support/server.mjs';
import { assertFitsWidth, axeFindings, openBrowser, openPage } from './browser.mjs';

let server, browser;
before(async () => {
  [server, browser] = await Promise.all([start({ seeded: false }), openBrowser()]);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

for (const width of [390, 1280]) {
  for (const path of ['/api/docs', '/problems/state_conflict', '/nothing', '/']) {
    test(`${path} at ${width} px has nothing that axe finds, and fits`, { timeout: 120_000 }, async () => {
      const { page, complaints, close } = await openPage(browser, { viewport: { width, height: 800 } });
      await page.goto(`${server.origin}${path}`);
      await assertFitsWidth(page);
      assert.deepEqual(await axeFindings(page), []);
      assert.deepEqual(complaints, []);
      await close();
    });
  }
}

test('on a phone the cells of a row stand below each other, each with the name of its column', async () => {
  const { page, close } = await openPage(browser, { viewport: { width: 390, height: 800 } });
  await page.goto(`${server.origin}/api/docs`);
  const cells = await page.$$eval('#requests + table tbody tr:first-child td', (all) => all.map((cell) => {
    const { left, top, right } = cell.getBoundingClientRect();
    return { left, top, right, name: getComputedStyle(cell, '::before').content };
  }));
  const shown = cells.filter(({ right }) => right > 0);
  assert.ok(shown.length >= 3 && shown.every(({ left, right }) => left < 40 && right <= 390));
  assert.ok(shown.every(({ top }, i) => i === 0 || top > shown[i - 1].top));
  assert.match(shown[1].name, /What it does|attr/);
  await close();
});

test('says how to sign in, to repeat a request, to change a row, and what lists and _embed accept', async () => {
  const { text } = await server.anonymous().get('/api/docs');
  for (const part of ['Authorization: Bearer', 'Idempotency-Key', 'If-Match', 'X-Total-Count', 'Link', 'at most 25 rows',
    'at most 200', 'venue, schedules, eventCategories', '/problems/sold_out', 'everyone']) assert.ok(text.includes(part), part);
  assert.equal(text.match(/>Requests<\/(h2|caption)>/g).length, 1);
});
