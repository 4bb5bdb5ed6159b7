// SPDX-License-Identifier: Apache-2.0
// report.html in Chromium: what people do with it, and what axe-core finds.
//
//   npm install --ignore-scripts && node report.js [--quantbench FILE]
//       [--screenshot FILE.png [--results DIR] [--width PIXELS] [--theme dark] [--full yes]]
'use strict';
const assert = require('assert');
const { execFileSync } = require('child_process');
const path = require('path');
const { here, options, scratch, openPage, expectAccessible, expectFitsPhones, runTests } = require('./browser.js');

const file = path.join(scratch, 'report.html');
const results = options.results || here('results.json');
execFileSync(options.quantbench, ['report', results, '--out', file], { stdio: ['ignore', 'ignore', 'inherit'] });
const open = (settings) => openPage(file, settings);

const visible = (page) => page.locator('tbody tr:visible');
const column = async (page, title) => {
  const titles = await page.locator('thead button').allInnerTexts();
  const index = titles.findIndex((text) => text.trim() === title);
  assert.ok(index >= 0, `a column ${title} in ${titles}`);
  return page.locator(`tbody tr:visible > :nth-child(${index + 1})`).allInnerTexts();
};
const header = (page, title) => page.locator('thead button', { hasText: new RegExp(`^${title}$`) });

const tests = {
  'opens from a file, shows every case, loads nothing else, logs no error': async () => {
    const page = await open();
    assert.equal(await visible(page).count(), 8);
    assert.equal(await page.locator('.chart').count(), 4);
    assert.deepEqual(page.requests, [`file://${file}`]);
    assert.deepEqual(page.wrong, []);
  },
  'hostile names stay text': async () => {
    const page = await open();
    assert.equal(await page.evaluate(() => window.hacked), undefined);
    assert.equal(await page.locator('img').count(), 0);
    assert.match(await page.locator('h1').innerText(), /<script>/);
    assert.match(await page.locator('.detail').innerText(), /<script>window.hacked = 3/);
  },
  'a click sorts, another reverses; empty cells stay last': async () => {
    const page = await open();
    await header(page, 'ms').click();
    const rising = await column(page, 'ms');
    assert.deepEqual(rising, ['0.102', '0.110', '0.250', '0.410', '10.000', '12.000', '12.500', '']);
    assert.equal(await page.locator('th[aria-sort]').getAttribute('aria-sort'), 'ascending');
    await header(page, 'ms').click();
    assert.deepEqual(await column(page, 'ms'), [...rising.slice(0, 7).reverse(), '']);
    assert.equal(await page.locator('th[aria-sort]').getAttribute('aria-sort'), 'descending');
  },
  'the keyboard sorts as well': async () => {
    const page = await open();
    await header(page, 'Batch').focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Space');
    assert.equal((await column(page, 'Batch'))[0], '4');
  },
  'words, choices and the front filter together, and all come back': async () => {
    const page = await open();
    await page.locator('#filter').fill('per_channel INT8');
    assert.equal(await visible(page).count(), 4);
    assert.equal(await page.locator('#count').innerText(), '4 of 8 cases');
    await page.locator('select[data-key=backend]').selectOption('=reference');
    assert.equal(await visible(page).count(), 1);
    assert.ok(await page.locator('.point.away').count() > 0, 'points of hidden rows fade');
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.waitForFunction(() => document.querySelectorAll('tbody tr:not([hidden])').length === 8);
    await page.locator('#front').check();
    assert.equal(await visible(page).count(), 3);
    assert.ok((await visible(page).allInnerTexts()).every((text) => text.includes('front')));
    await page.locator('#filter').fill('no such case');
    assert.equal(await page.locator('#count').innerText(), '0 of 8 cases');
  },
  'a point tells its case under the pointer, and leads to its row': async () => {
    const page = await open();
    const point = page.locator('.point').first();
    await point.hover();
    assert.match(await page.locator('#tooltip').innerText(), /^reference fp32, batch 1, 1 thread: Top-1 85.00%, 10.0 ms/);
    assert.ok((await page.locator('#case-0').getAttribute('class')).includes('lit'));
    await point.click();
    assert.equal(await page.evaluate(() => document.activeElement.id), 'case-0');
  },
  'names of points stand on no other name and no point, on a desktop and a phone': async () => {
    for (const width of [1280, 375]) {
      const page = await open({ viewport: { width, height: 900 } });
      const boxes = await page.evaluate(() => [...document.querySelectorAll('.chart > svg')].map((chart) => {
        const boxesOf = (what) => [...chart.querySelectorAll(what)].map((one) => one.getBoundingClientRect().toJSON());
        return { labels: boxesOf('text.label'), markers: boxesOf('.marker') };
      }));
      assert.ok(boxes.every(({ labels }) => labels.length > 1));
      const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3;
      for (const { labels, markers } of boxes) {
        labels.forEach((one, i) => {
          assert.ok(labels.every((other, j) => i === j || !meet(one, other)), `two names at ${one.left}, ${width} pixels`);
          assert.ok(!markers.some((marker) => meet(one, marker)), `a name on a point at ${one.left}, ${width} pixels`);
        });
      }
    }
  },
  'histograms of a line stand at one height': async () => {
    const page = await open();
    const places = await page.evaluate(() => [...document.querySelectorAll('.hills')].map((one) => {
      const { left, top } = one.getBoundingClientRect();
      return { left: Math.round(left), top: Math.round(top) };
    }));
    const columns = new Set(places.map(({ left }) => left)).size;
    assert.ok(columns > 1);
    assert.equal(new Set(places.map(({ top }) => top)).size, Math.ceil(places.length / columns));
  },
  'a row leads to its histogram and its bar, these back to it, and the top to every part': async () => {
    const page = await open();
    const row = page.locator('#case-0');
    for (const [link, part] of [['a[href^="#runs-"]', '#runs-0'], ['a[href^="#recipe-"]', '#recipe-0']]) {
      await row.locator(link).click();
      assert.equal(await page.evaluate(() => location.hash), part);
      await page.locator(`${part} a`).click();
      assert.equal(await page.evaluate(() => location.hash), '#case-0');
    }
    const parts = await page.locator('nav a').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
    assert.ok(parts.length >= 5);
    for (const part of parts) assert.equal(await page.locator(part).count(), 1, part);
  },
  'one tab stop a chart, arrows inside': async () => {
    const page = await open();
    assert.equal(await page.locator('.point[tabindex="0"]').count(), 2);
    await page.locator('.point[tabindex="0"]').first().focus();
    const first = await page.locator('#tooltip').innerText();
    await page.keyboard.press('ArrowRight');
    assert.notEqual(await page.locator('#tooltip').innerText(), first);
    await page.keyboard.press('ArrowLeft');
    assert.equal(await page.locator('#tooltip').innerText(), first);
    await page.keyboard.press('Enter');
    assert.match(await page.evaluate(() => document.activeElement.id), /^case-/);
  },
  'the theme button goes through automatic, light and dark': async () => {
    const page = await open({ colorScheme: 'light' });
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await background();
    await page.locator('#theme').click();
    assert.equal(await background(), light);
    await page.locator('#theme').click();
    assert.notEqual(await background(), light);
    assert.equal(await page.locator('#theme').innerText(), 'Theme: dark');
  },
  'nothing but the table scrolls sideways on a phone': () => expectFitsPhones(open),
  'complete without scripts': async () => {
    const page = await open({ javaScriptEnabled: false });
    assert.equal(await visible(page).count(), 8);
    assert.equal(await page.locator('#filters').isVisible(), false);
  },
  'axe-core finds nothing serious, light and dark, desktop and phone': () => expectAccessible(open),
};

runTests(tests, open);
