// SPDX-License-Identifier: Apache-2.0
// What the browser tests share: options, a Chromium, pages that note what goes wrong, running the tests.
//
// Exits with 77 (skipped) where playwright-core, axe-core or a Chromium isn't there. CHROMIUM names another browser.
'use strict';
const assert = require('assert');
const fs = require('fs');
const os = require('os');
const path = require('path');

const here = (...parts) => path.join(__dirname, ...parts);
const options = {
  quantbench: here('..', '..', 'build', 'release', 'bin', 'quantbench'),
  results: '',
  screenshot: '',
  width: '1280',
  theme: 'light',
};
for (let i = 2; i + 1 < process.argv.length; i += 2) options[process.argv[i].slice(2)] = process.argv[i + 1];

const skip = (why) => {
  console.log(`skipped browser tests: ${why}`);
  process.exit(77);
};
const load = (name) => {
  try {
    return require(name);
  } catch {
    return skip(`no ${name}; ./dev test-extras installs it`);
  }
};
const { chromium } = load('playwright-core');
const axe = load('axe-core');
const executablePath = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
  .find((file) => file && fs.existsSync(file));
if (!executablePath) skip('no Chromium; ./dev test-extras installs it, or set CHROMIUM');

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'quantbench-browser-'));
process.on('exit', () => fs.rmSync(scratch, { recursive: true, force: true }));

let browser;
// A fresh page of a file, with everything that goes wrong in it and every request it makes.
const openPage = async (file, settings = {}) => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...settings });
  const page = await context.newPage();
  page.wrong = [];
  page.requests = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) page.wrong.push(message.text());
  });
  page.on('pageerror', (error) => page.wrong.push(String(error)));
  page.on('request', (request) => page.requests.push(request.url()));
  await page.goto(`file://${file}`);
  return page;
};

// What axe-core calls serious or critical, light and dark, on a desktop and a phone.
const expectAccessible = async (open) => {
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [1280, 375]) {
      const page = await open({ colorScheme, viewport: { width, height: 900 } });
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate(() => window.axe.run());
      const serious = violations.filter(({ impact }) => ['serious', 'critical'].includes(impact));
      const text = serious.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join('; ')}`);
      assert.deepEqual(text, [], `${colorScheme}, ${width} pixels: ${text.join("\n")}`);
    }
  }
};

// Runs all tests, or takes the picture that --screenshot FILE.png [--width PIXELS] [--theme dark] asks for.
const run = async (tests, open) => {
  browser = await chromium.launch({ executablePath, args: process.getuid() === 0 ? ['--no-sandbox'] : [] });
  let failed = 0;
  if (options.screenshot) {
    const page = await open({ colorScheme: options.theme, viewport: { width: Number(options.width), height: 900 } });
    await page.screenshot({ path: options.screenshot, fullPage: options.full === 'yes' });
  } else {
    for (const [name, test] of Object.entries(tests)) {
      try {
        await test();
        console.log(`ok      ${name}`);
      } catch (error) {
        ++failed;
        console.log(`FAILED  ${name}\n        ${String(error.message).replaceAll('\n', '\n        ')}`);
      }
    }
    console.log(`${Object.keys(tests).length - failed} passed, ${failed} failed`);
  }
  await browser.close();
  process.exitCode = failed > 0 ? 1 : 0;
};
const runTests = (tests, open) => run(tests, open).catch((error) => {
  console.error(error);
  process.exit(1);
});

// The page itself is never wider than the screen; what is wider scrolls by itself.
async function expectFitsPhones(open) {
  for (const width of [320, 375, 768]) {
    const page = await open({ viewport: { width, height: 700 } });
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
  }
}

module.exports = { here, options, scratch, openPage, expectAccessible, expectFitsPhones, runTests };
