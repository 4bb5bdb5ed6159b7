// SPDX-License-Identifier: Apache-2.0
// A history's page in Chromium: what people do with it, and what axe-core finds.
//
//   npm install --ignore-scripts && node history.js [--quantbench FILE]
//       [--screenshot FILE.png [--results DIR] [--width PIXELS] [--theme dark] [--full yes]]
'use strict';
const assert = require('assert');
const { execFileSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const { here, options, scratch, openPage, expectAccessible, expectFitsPhones, runTests } = require('./browser.js');

// Twelve nights on two machines, made of the report's sample with its hostile names: the first fast case becomes 30% slower on the
// 5th night, the reference loses Top-1 on the 7th, the 8th fails, the 10th is on another processor, the 11th lacks a case.
const nights = 12;
const makeNight = (night) => {
  const results = JSON.parse(fs.readFileSync(here('results.json'), 'utf8'));
  const { environment, rows } = results;
  environment.started_at = `2026-01-${String(night).padStart(2, '0')}T02:00:00Z`;
  environment.commit = `c0ffee${night % 10}`;
  if (night >= 10) environment.cpu_model = 'Another <i>processor</i>';
  rows.forEach((row, index) => {
    if (row.status !== 'ok') return;
    const slower = index === 3 && night >= 5 ? 1.3 : 1;
    const drift = 1 + 0.01 * Math.sin(night * 2 + index);
    row.latency_ms_median *= slower * drift;
    row.repetitions = [...Array(9).keys()].map((repetition) => ({
      samples: 10, median_ms: row.latency_ms_median * (1 + 0.002 * repetition), min_ms: row.latency_ms_median,
      fast_ms: row.latency_ms_median * (1 + 0.001 * repetition), fast_cpu_ms: row.latency_ms_median, preempted: 0,
      yardstick_ms: 0.05, warmed_up: true,
    }));
    if (index === 0 && night >= 7) Object.assign(row, { top1_correct: 780, top1_percent: 78 });
    if (index === 1 && night === 8) {
      Object.assign(row, { status: 'timeout', detail: 'no sign of progress <script>window.hacked = 5</script>' });
    }
  });
  if (night === 11) rows.splice(2, 1);
  const folder = path.join(scratch, 'nights', String(night).padStart(2, '0'));
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'results.json'), JSON.stringify(results));
};
for (let night = 1; night <= nights; ++night) makeNight(night);

const file = path.join(scratch, 'history.html');
execFileSync(options.quantbench,
  ['history', options.results || path.join(scratch, 'nights'), '--format', 'html', '--out', file],
  { stdio: ['ignore', 'ignore', 'inherit'] });
const open = (settings) => openPage(file, settings);

const cards = (page) => page.locator('.history:visible');
const card = (page, index) => page.locator(`.history[data-index="${index}"]`);
const tooltip = (page) => page.locator('#tooltip').innerText();

const tests = {
  'opens from a file, shows every case and result, loads nothing else, logs no error': async () => {
    const page = await open();
    assert.equal(await cards(page).count(), 8);
    assert.equal(await page.locator('.plot').count(), 7 * 2);
    assert.equal(await page.locator('tbody tr').count(), nights);
    assert.deepEqual(page.requests, [`file://${file}`]);
    assert.deepEqual(page.wrong, []);
  },
  'hostile names stay text': async () => {
    const page = await open();
    assert.equal(await page.evaluate(() => window.hacked), undefined);
    assert.equal(await page.locator('img').count(), 0);
    assert.match(await page.locator('h1').innerText(), /<script>/);
    assert.match(await card(page, 1).locator('.changes').innerText(), /<script>window.hacked = 5/);
  },
  'tells what became worse, when, and why': async () => {
    const page = await open();
    assert.match(await card(page, 3).locator('.changes').innerText(),
      /2026-01-05 02:00 \(c0ffee5\) worse 1\.3\d\d times the latency/);
    assert.equal(await card(page, 3).locator('.worse').count(), 1);
    assert.match(await card(page, 0).locator('.changes').innerText(), /2026-01-07 .* worse -7.00 pp Top-1/);
    assert.match(await card(page, 1).locator('.changes').innerText(), /2026-01-08 .* worse ok in base, now timeout/);
    assert.equal(await card(page, 1).locator('.failed').count(), 2, 'a cross in both charts');
    assert.equal(await card(page, 4).locator('.changes').count(), 0);
  },
  'another machine interrupts latency, not accuracy': async () => {
    const page = await open();
    const plots = card(page, 4).locator('.plot');
    assert.equal(await plots.nth(0).locator('.break').count(), 0);
    assert.equal(await plots.nth(1).locator('.break').count(), 1);
    assert.match(await card(page, 4).locator('.value').nth(1).innerText(), /since 2026-01-10$/);
    assert.match(await page.locator('#result-9').innerText(), /another CPU/);
  },
  'a chart is read with the arrows, one tab stop a chart': async () => {
    const page = await open();
    const plot = card(page, 3).locator('.plot').nth(1);
    await plot.focus();
    assert.match(await tooltip(page), /^2026-01-12 02:00 \(c0ffee2\): 0\.3\d\d ms$/);
    for (let i = 0; i < 7; ++i) await page.keyboard.press('ArrowLeft');
    assert.match(await tooltip(page), /^2026-01-05 02:00 \(c0ffee5\): 0\.3\d\d ms, worse$/);
    assert.equal(await plot.getAttribute('aria-valuetext'), await tooltip(page));
    assert.equal(await plot.getAttribute('aria-valuenow'), '5');
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowLeft');
    assert.equal(await plot.getAttribute('aria-valuenow'), '1');
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('#tooltip').isVisible(), false);
  },
  'the pointer tells the nearest result, also of what failed or is missing': async () => {
    const page = await open();
    const at = async (index, night) => {
      const plot = card(page, index).locator('.plot').first();
      await plot.scrollIntoViewIfNeeded();
      const box = await plot.boundingBox();
      const x = Number((await plot.getAttribute('data-x')).split(' ')[night - 1]);
      await page.mouse.move(box.x + (x / 280) * box.width, box.y + box.height / 2);
      return tooltip(page);
    };
    assert.match(await at(1, 8), /: timeout$/);
    assert.match(await at(2, 11), /: no such case$/);
    assert.match(await at(0, 7), /: 78.00%, worse$/);
  },
  'words and states filter, orders sort, and all come back': async () => {
    const page = await open();
    await page.locator('#filter').fill('REFERENCE int8');
    assert.equal(await page.locator('#count').innerText(), '2 of 8 cases');
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.waitForFunction(() => document.querySelectorAll('.history:not([hidden])').length === 8);
    await page.locator('#state').selectOption('worse');
    assert.equal(await cards(page).count(), 3);
    await page.locator('#state').selectOption('failing');
    assert.equal(await cards(page).count(), 1);
    await page.locator('#state').selectOption('');
    await page.locator('#order').selectOption('top1');
    assert.equal(await cards(page).first().getAttribute('data-index'), '0');
    await page.locator('#order').selectOption('change');
    assert.equal(await cards(page).first().getAttribute('data-index'), '1');
    await page.locator('#order').selectOption('index');
    assert.equal(await cards(page).last().getAttribute('data-index'), '7');
  },
  'the results sort by a click': async () => {
    const page = await open();
    const header = page.locator('thead button', { hasText: /^Worse$/ });
    await header.click();
    await header.click();
    assert.match(await page.locator('tbody tr').first().innerText(), /2026-01-05/);
    assert.equal(await page.locator('th[aria-sort]').getAttribute('aria-sort'), 'descending');
  },
  'the theme button goes through automatic, light and dark': async () => {
    const page = await open({ colorScheme: 'light' });
    for (let i = 0; i < 2; ++i) await page.locator('#theme').click();
    assert.equal(await page.locator('#theme').innerText(), 'Theme: dark');
  },
  'nothing but the table scrolls sideways on a phone': () => expectFitsPhones(open),
  'complete without scripts': async () => {
    const page = await open({ javaScriptEnabled: false });
    assert.equal(await cards(page).count(), 8);
    assert.equal(await page.locator('#filters').isVisible(), false);
    assert.match(await page.locator('.plot').first().getAttribute('aria-label'),
      /^Top-1, % of reference\/fp32\/b1\/t1: 12 results, last 78.00%, least 78.00%, greatest 85.00%$/);
  },
  'axe-core finds nothing serious, light and dark, desktop and phone': () => expectAccessible(open),
};

runTests(tests, open);
