// SPDX-License-Identifier: Apache-2.0
// The report of a real run in Chromium: classes, photographs and layers by keyboard, screen reader and phone.
//
//   npm install --ignore-scripts && node run.js [--quantbench FILE]
//       [--screenshot FILE.png [--width PIXELS] [--theme dark] [--full yes]]
//
// The run is one of the test images, on the reference.
'use strict';
const assert = require('assert');
const { execFileSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const { here, options, scratch, openPage, expectAccessible, expectFitsPhones, runTests } = require('./browser.js');

const build = path.join(path.dirname(fs.realpathSync(options.quantbench)), '..');
const images = path.join(build, 'tests', 'default_dataset');
if (!fs.existsSync(images)) {
  console.log('skipped browser tests: no test images; CTest makes them');
  process.exit(77);
}
const out = path.join(scratch, 'run');
const quantbench = (command, ...more) => execFileSync(options.quantbench, [
  command, here('..', '..', 'scenarios', 'default.yaml'), '--quiet', '--out', out, '--cache', path.join(scratch, 'cache'),
  ...['matrix.backend=reference', 'matrix.batch_size=1', `dataset.root=${images}`, 'dataset.calibration.per_class=1',
    'dataset.evaluation.images=48', 'expect=', 'latency=off'].flatMap((key) => ['--set', key]), ...more,
], { stdio: ['ignore', 'ignore', 'inherit'] });
quantbench('run');
quantbench('diagnose', '--only', '*per_tensor*', '--images', '4', '--no-times');
const file = path.join(out, 'report.html');
const open = (settings) => openPage(file, settings);
const openWithLayers = async (settings) => {
  const page = await open(settings);
  await page.locator('.layerlist details').evaluateAll((all) => all.slice(0, 6).forEach((one) => { one.open = true; }));
  return page;
};
const focusedName = (page) => page.evaluate(() => {
  const id = document.activeElement.getAttribute('aria-labelledby');
  return id === null ? document.activeElement.textContent : document.getElementById(id).textContent;
});

const tests = {
  'loads nothing else, logs no error': async () => {
    const page = await open();
    assert.deepEqual(page.requests.filter((url) => !url.startsWith('data:')), [`file://${file}`]);
    assert.deepEqual(page.wrong, []);
  },
  'two cases are chosen by keyboard, and what changes is read out': async () => {
    const page = await open();
    const choice = page.getByRole('combobox', { name: 'New' });
    const said = page.locator('#pair-text');
    assert.equal(await said.getAttribute('aria-live'), 'polite');
    const before = await said.innerText();
    await choice.focus();
    const base = await page.getByRole('combobox', { name: 'Base' }).inputValue();
    await choice.selectOption(base);
    assert.notEqual(await said.innerText(), before);
    assert.match(await said.innerText(), /0 lost and 0 gained/);
    assert.match(await page.locator('.kind .count').first().innerText(), /^0 images$/);
  },
  'tables of classes are regions with names, which the keyboard reaches and scrolls': async () => {
    const page = await open({ viewport: { width: 320, height: 700 } });
    for (const name of ['Classes that lost most', 'Most frequent confusions']) {
      const region = page.getByRole('region', { name });
      assert.equal(await region.count(), 1, name);
      await region.focus();
      assert.equal(await focusedName(page), name);
      assert.ok(await region.getByRole('columnheader').count() >= 4);
      assert.ok(await region.getByRole('rowheader').count() > 0);
    }
  },
  'photographs say their class and their file': async () => {
    const page = await open();
    const photographs = await page.locator('.photos img').evaluateAll((all) => all.map((one) => one.alt));
    assert.ok(photographs.length > 0, 'some images flip between fp32 and int8');
    for (const text of photographs) assert.match(text, /.+, q\d+\/.+\.JPEG$/);
  },
  'layers are a list that the keyboard opens; each says its errors in words': async () => {
    const page = await open();
    const layers = page.locator('.layerlist > li');
    assert.equal(await layers.count(), await page.locator('.layerlist summary').count());
    const depthwise = page.locator('.layerlist summary', { hasText: 'features.1.conv.0.0' });
    assert.match(await depthwise.innerText(), /own error\s*-?\d+\.\d dB/);
    assert.match(await depthwise.innerText(), /with all before\s*-?\d+\.\d dB/);
    await depthwise.focus();
    await page.keyboard.press('Enter');
    const inside = page.locator('.layerlist details[open]');
    assert.equal(await inside.count(), 1);
    const pictures = inside.getByRole('img');
    assert.ok(await pictures.count() >= 2, 'histograms of outputs and weights');
    for (const label of await pictures.evaluateAll((all) => all.map((one) => one.getAttribute('aria-label'))))
      assert.match(label, /, from -?[\d.e-]+ to -?[\d.e-]+$/);
    await page.keyboard.press('Space');
    assert.equal(await page.locator('.layerlist details[open]').count(), 0);
  },
  'what to try stands above the layers, as a scenario writes it': async () => {
    const page = await open();
    const settings = await page.locator('.advice code').allInnerTexts();
    assert.ok(settings.every((text) => /^(matrix|dataset): \{.*\}$/.test(text)), String(settings));
  },
  'complete without scripts': async () => {
    const page = await open({ javaScriptEnabled: false });
    assert.ok(await page.locator('#class-table tbody tr').count() > 0);
    assert.ok(await page.locator('.layerlist > li').count() > 50);
    assert.equal(await page.locator('#pair').isVisible(), false);
    assert.ok(await page.locator('#pair-names').isVisible());
  },
  'nothing but tables scrolls sideways on a phone, with layers open': () => expectFitsPhones(openWithLayers),
  'axe-core finds nothing serious, layers open, light and dark, desktop and phone': () => expectAccessible(openWithLayers),
};

runTests(tests, open);
