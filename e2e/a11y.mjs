// axe on every page in every language and theme, and what axe does not look at: the size of what a
// finger presses, and whether everything fits at 320 px, with text of 200 % and on a desktop.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import * as app from './lib/app.mjs';
import { LANGS, inWindow, launch, phone } from './lib/browser.mjs';
import { axe, brokenNumbers, doubleText, layoutFaults, smallTargets } from './lib/checks.mjs';
import {
  furnished,
  missing,
  places,
  proofSteps,
  publicPlaces,
  shownOnce,
  signUpSteps,
} from './lib/places.mjs';
import { tour } from './lib/tour.mjs';

const looked = [];
let browser;
before(async () => {
  browser = await launch();
});
after(async () => {
  await browser?.close();
});

const PHONE = phone().viewport;
const NARROW = { width: 320, height: 640 };
const DESKTOP = { width: 1280, height: 900 };

// The ways in which one page is looked at, one after the other in the same window.
const LOOKS = [
  { name: 'light', checks: [axe, smallTargets] },
  { name: 'dark', theme: 'dark', checks: [axe] },
  { name: '320 px', viewport: NARROW, checks: [axe, layoutFaults, brokenNumbers] },
  { name: 'text of 200 %', double: true, checks: [axe, layoutFaults] },
  { name: 'desktop', viewport: DESKTOP, checks: [axe, layoutFaults] },
  { name: 'desktop, dark', viewport: DESKTOP, theme: 'dark', checks: [axe] },
];

const ink = (page) => page.evaluate(() => getComputedStyle(document.body).color);

async function faultsOf(page) {
  const faults = [];
  const inks = new Map();
  for (const { name, theme = 'light', viewport = PHONE, double = false, checks } of LOOKS) {
    await page.emulateMedia({ colorScheme: theme });
    await page.setViewportSize(viewport);
    await doubleText(page, double);
    inks.set(theme, await ink(page));
    for (const check of checks) {
      for (const fault of await check(page)) faults.push(`${name}: ${fault}`);
    }
  }
  if (inks.get('light') === inks.get('dark')) faults.push('the dark theme is the light one');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(PHONE);
  return faults;
}

// Looks at every page and fails with everything that it found.
async function everywhere({ page, guard }, lang) {
  const faults = [];
  const look = async (name) => {
    await guard.quiet();
    looked.push({ pattern: name });
    for (const fault of await faultsOf(page)) faults.push(`${name}: ${fault}`);
  };
  for (const { path } of publicPlaces()) {
    await page.goto(path);
    await look(path);
  }
  await signUpSteps(page, look);
  const customer = await furnished({ lang });
  await proofSteps(page, customer, look);
  await app.signIn(page, customer);
  await shownOnce(page, customer, look);
  for (const { pattern, path } of await places(page, customer)) {
    await page.goto(path);
    await look(pattern);
  }
  // What a form says when it is refused.
  guard.expect(400, '/pay');
  guard.expect(422, '/pay');
  await page.goto('/pay');
  await app.fill(page, { to: '12', amount: '0' });
  await app.submit(page).click();
  await app.errors(page).first().waitFor();
  await look('/pay, refused');
  // And what comes where there is nothing.
  guard.expect(404);
  await page.goto('/operations/none');
  await look('not found');
  assert.ok(faults.length === 0, `${faults.length} faults:\n${[...new Set(faults)].join('\n')}`);
}

describe('accessibility', { concurrency: 2 }, () => {
  for (const lang of LANGS) {
    test(`every page, ${lang}`, () =>
      inWindow(browser, phone({ lang }), (window) => everywhere(window, lang)));
  }
});

// What the pages of the tour say when something is wrong stands on none of the above. Once, in the
// language with the longest words, on the narrowest phone.
test('who one is', () =>
  inWindow(browser, phone({ lang: 'ru', viewport: NARROW }), async (window) => {
    const faults = [];
    const on =
      ({ page, guard }) =>
      async (name) => {
        await guard.quiet();
        for (const check of [axe, smallTargets, layoutFaults, brokenNumbers]) {
          for (const fault of await check(page)) faults.push(`${name}: ${fault}`);
        }
      };
    const customer = await furnished({ lang: 'ru' });
    const held = { lang: 'ru', viewport: NARROW };
    await tour(browser, window, { customer, held, look: Object.assign(on(window), { on }) });
    assert.deepEqual([...new Set(faults)], []);
  }));

test('every page of the sources was looked at', () => {
  assert.deepEqual(missing(looked), []);
});
