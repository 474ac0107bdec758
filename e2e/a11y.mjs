// axe on every page in every language and theme, and what axe does not look at: the size of what a
// finger presses, and pages at 320 px and with text of 200 %.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import * as app from './lib/app.mjs';
import { LANGS, desktop, inWindow, launch, phone } from './lib/browser.mjs';
import { axe, doubleText, layoutFaults, smallTargets } from './lib/checks.mjs';
import { furnished, missing, places, publicPlaces, signUpSteps } from './lib/places.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(async () => {
  await browser?.close();
});

const onPhone = async (page) => [...(await axe(page)), ...(await smallTargets(page))];
const narrow = async (page) => [...(await axe(page)), ...(await layoutFaults(page))];

// Calls `check` on every page and fails with everything that it found.
async function everywhere({ page, guard }, lang, check) {
  const faults = [];
  const look = async (name) => {
    await guard.quiet();
    for (const fault of await check(page)) faults.push(`${name}: ${fault}`);
  };
  for (const { path } of publicPlaces()) {
    await page.goto(path);
    await look(path);
  }
  await signUpSteps(page, look);
  const customer = await furnished({ lang });
  await app.signIn(page, customer);
  const list = await places(page, customer);
  for (const { pattern, path } of list) {
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
  return list;
}

test('the list of pages is complete', async () => {
  await inWindow(browser, phone(), async ({ page }) => {
    const customer = await furnished();
    await app.signIn(page, customer);
    const list = await places(page, customer);
    const steps = ['/sign-up/code', '/sign-up/you'].map((pattern) => ({ pattern }));
    assert.deepEqual(missing([...list, ...publicPlaces(), ...steps]), []);
  });
});

for (const lang of LANGS) {
  for (const theme of ['light', 'dark']) {
    test(`on a phone, ${lang}, ${theme}`, () =>
      inWindow(browser, phone({ lang, theme }), (w) => everywhere(w, lang, onPhone)));
  }
  test(`at 320 px, ${lang}`, () =>
    inWindow(browser, phone({ lang, viewport: { width: 320, height: 640 } }), (w) =>
      everywhere(w, lang, narrow),
    ));
  test(`with text of 200 %, ${lang}`, () =>
    inWindow(browser, phone({ lang }), async (w) => {
      await doubleText(w.context);
      await everywhere(w, lang, narrow);
    }));
}

for (const theme of ['light', 'dark']) {
  test(`on a desktop, ${theme}`, () =>
    inWindow(browser, desktop({ theme }), (w) => everywhere(w, 'uz', narrow)));
}
