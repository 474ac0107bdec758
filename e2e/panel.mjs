// The panel of the staff in a real browser: two employees with passkeys of their own look after a
// customer; axe on every screen; the keyboard alone is enough.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { tabTo } from './lib/app.mjs';
import * as bank from './lib/bank.mjs';
import { LANGS, inWindow, launch } from './lib/browser.mjs';
import { axe, doubleText, layoutFaults } from './lib/checks.mjs';
import * as panel from './lib/panel.mjs';
import { employee, furnishedPanel, missingOfPanel, panelPlaces } from './lib/panel_places.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(async () => {
  await browser?.close();
});

// A window in which an employee with these roles is signed in.
const atDesk = (roles, look, options = {}) =>
  inWindow(browser, panel.desk(options), async (window) => {
    const { link, name } = await employee(roles);
    const key = await panel.enrol(window.page, link);
    await look({ ...window, key, name });
  });

test('a customer is frozen by one employee and unfrozen by two', async () => {
  const customer = await bank.newCustomer();
  await atDesk(['support'], async ({ page: first, guard }) => {
    await panel.find(first, customer.phone);
    await panel.arrived(first, /^\/customers\/cus_/);
    const address = panel.path(first);

    // What is hidden is shown when it is asked for, and the page says that this was recorded.
    const phone = customer.phone.slice(-7).replace(/(\d{3})(\d{2})(\d{2})/, '$1.$2.$3');
    assert.doesNotMatch(await panel.main(first).innerText(), new RegExp(phone));
    await first.locator('button[name=field][value=phone]').click();
    await first.locator('.shown').waitFor();
    assert.match(await panel.main(first).innerText(), new RegExp(phone));

    await first.goto(`${address}/freeze`);
    await first.locator('[name=reason]').fill('The customer says that the phone was stolen.');
    await first.locator('main form button[type=submit]').click();
    await panel.arrived(first, address);
    await first.locator('h1 .badge.bad').waitFor();
    await assert.rejects(bank.signIn(customer), /401|403|422/);

    await first.goto(`${address}/unfreeze`);
    await first.locator('[name=reason]').fill('The phone was found, identity seen at the desk.');
    await first.locator('main form button[type=submit]').click();
    await panel.arrived(first, /^\/approvals\/apv_/);
    const proposal = panel.path(first);
    // Whoever proposes does not decide.
    assert.equal(await first.locator('form[data-passkey=get]').count(), 0);

    await atDesk(['compliance'], async ({ page: second }) => {
      await second.goto(proposal);
      await second.locator('.diff ins').first().waitFor();
      await second.locator('button[value=approve]').click();
      await panel.arrived(second, proposal);
      await second.locator('h1 .badge.good').waitFor();
      // Decided is decided.
      assert.equal(await second.locator('form[data-passkey=get]').count(), 0);
    });

    await first.goto(address);
    await first.locator('h1 .badge.good').waitFor();
    await bank.signIn(customer);
    await guard.quiet();
  });
});

test('without the passkey nobody comes in, and nobody decides', async () => {
  await inWindow(browser, panel.desk(), async ({ page }) => {
    const key = await panel.authenticator(page);
    await page.goto('/sign-in');
    await page.locator('form[data-passkey=get] button[type=submit]').click();
    await page.locator('[data-passkey-problem]:not([hidden])').waitFor();
    assert.equal(panel.path(page), '/sign-in');
    assert.deepEqual(await key.credentials(), []);
  });
});

test('a link enrols once', async () => {
  const { link } = await employee(['support']);
  await inWindow(browser, panel.desk(), async ({ page }) => {
    await panel.enrol(page, link);
    await panel.signOut(page);
    await panel.signIn(page);
  });
  await inWindow(browser, panel.desk(), async ({ page, guard }) => {
    for (const status of [400, 404, 410, 422]) guard.expect(status);
    await page.goto(link);
    assert.equal(await page.locator('form[data-passkey=create]').count(), 0);
  });
});

test('what a role does not allow is not offered, and refused when tried', () =>
  atDesk(['administrator'], async ({ page, guard }) => {
    for (const status of [403, 404]) guard.expect(status);
    assert.equal(await page.locator('.place[href="/customers"]').count(), 0);
    await page.goto('/customers');
    await page.locator('main .empty').waitFor();
    assert.doesNotMatch(await panel.main(page).innerText(), /cus_/);
  }));

test('the keyboard alone is enough', () =>
  atDesk(['support'], async ({ page }) => {
    const customer = await bank.newCustomer();
    await page.goto('/');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    assert.equal(new URL(page.url()).hash, '#main');
    await page.keyboard.press('g');
    await page.keyboard.press('a');
    await panel.arrived(page, '/approvals');
    await page.keyboard.press('/');
    await page.keyboard.type(customer.phone);
    await page.keyboard.press('Enter');
    await panel.arrived(page, /^\/customers\/cus_/);
    await tabTo(page, page.locator('a[href$="/freeze"]'));
    await page.keyboard.press('Enter');
    await panel.arrived(page, /\/freeze$/);
    await tabTo(page, page.locator('[name=reason]'));
    await page.keyboard.type('Only the keyboard.');
    await tabTo(page, page.locator('main form button[type=submit]'));
    await page.keyboard.press('Enter');
    await panel.arrived(page, /^\/customers\/cus_[^/]+$/);
    await page.locator('h1 .badge.bad').waitFor();
    // Letters can be switched off by whoever speaks to the machine.
    await page.goto('/me');
    await page.locator('button[name=shortcuts][value=off]').click();
    await page.locator('html[data-keys=off]').waitFor({ state: 'attached' });
    await page.keyboard.press('g');
    await page.keyboard.press('a');
    await page.waitForTimeout(300);
    assert.equal(panel.path(page), '/me');
  }));

const looked = [];
const WIDE = { width: 1920, height: 1080 };
const DESK = { width: 1280, height: 900 };
const NARROW = { width: 320, height: 640 };
const LOOKS = [
  { name: 'light', checks: [axe, layoutFaults] },
  { name: 'dark', theme: 'dark', checks: [axe] },
  { name: 'wide', viewport: WIDE, checks: [axe, layoutFaults] },
  { name: 'text of 200 %', double: true, checks: [axe, layoutFaults] },
  { name: '320 px', viewport: NARROW, checks: [axe, layoutFaults] },
];

async function faultsOf(page) {
  const faults = [];
  for (const { name, theme = 'light', viewport = DESK, double = false, checks } of LOOKS) {
    await page.emulateMedia({ colorScheme: theme });
    await page.setViewportSize(viewport);
    await doubleText(page, double);
    for (const check of checks) {
      for (const fault of await check(page)) faults.push(`${name}: ${fault}`);
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(DESK);
  return faults;
}

describe('accessibility of the panel', () => {
  for (const lang of LANGS) {
    test(`every screen, ${lang}`, async () => {
      const faults = [];
      await furnishedPanel(browser, lang, async ({ page, guard, customer, link }) => {
        const look = async (name) => {
          await guard.quiet();
          looked.push({ pattern: name });
          for (const fault of await faultsOf(page)) faults.push(`${name}: ${fault}`);
        };
        for (const { pattern, path } of await panelPlaces(page, customer)) {
          for (const status of [403, 404]) guard.expect(status, path);
          await page.goto(path);
          await look(pattern);
        }
        await page.goto('/me');
        await panel.signOut(page);
        await look('/sign-in');
        await page.goto(link);
        await look('/enrol/{ticket}');
      });
      assert.ok(
        faults.length === 0,
        `${faults.length} faults:\n${[...new Set(faults)].join('\n')}`,
      );
    });
  }
});

test('every screen of the sources was looked at', () => {
  assert.deepEqual(missingOfPanel(looked), []);
});
