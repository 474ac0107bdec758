// The panel of the staff in a real browser: two employees with passkeys of their own look after a
// customer; axe on every screen; the keyboard alone is enough.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { tabTo } from './lib/app.mjs';
import * as bank from './lib/bank.mjs';
import { LANGS, inWindow, launch } from './lib/browser.mjs';
import { axe, brokenWords, doubleText, layoutFaults } from './lib/checks.mjs';
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

// Whether a token that the customer had is still good.
const signedIn = (customer) =>
  bank.accounts(customer).then(
    () => true,
    (error) => {
      if (/: 401 /.test(error.message)) return false;
      throw error;
    },
  );

test('a customer is frozen by one employee and unfrozen by two', async () => {
  const customer = await bank.newCustomer();
  await atDesk(['support'], async ({ page: first, guard }) => {
    const address = await panel.findOne(first, customer.phone);

    // What is hidden is shown when it is asked for, and the page says that this was recorded.
    const phone = customer.phone.slice(-7).replace(/(\d{3})(\d{2})(\d{2})/, '$1.$2.$3');
    assert.doesNotMatch(await panel.main(first).innerText(), new RegExp(phone));
    await first.locator('main [name=reason]').fill('Calls back about a stolen phone.');
    await first.locator('button[name=field][value=phone]').click();
    await first.locator('.shown').waitFor();
    assert.match(await panel.main(first).innerText(), new RegExp(phone));

    // It ends the session that is open, and there is no other.
    assert.ok(await signedIn(customer));
    await first.goto(`${address}/freeze`);
    await panel.because(first, 'The customer says that the phone was stolen.');
    await panel.arrived(first, address);
    await first.locator('h1 .badge.bad').waitFor();
    await bank.until('the end of the session', async () => !(await signedIn(customer)), 2_000);
    await assert.rejects(bank.signIn(customer), /401|403|422/);

    const reason = 'The phone was found, identity seen at the desk.';
    const proposal = await panel.propose(first, `${address}/unfreeze`, reason);
    // Whoever proposes does not decide: neither is there a form, nor does the bank take one.
    assert.equal(await first.locator('form[data-passkey=get]').count(), 0);
    guard.expect(403, proposal);
    const refused = await first.evaluate(async (path) => {
      const csrf = document.querySelector('input[name=_csrf]').value;
      const body = new URLSearchParams({ _csrf: csrf, decision: 'approve' });
      return (await fetch(`${path}/challenge`, { method: 'POST', body })).status;
    }, proposal);
    assert.equal(refused, 403);

    await atDesk(['compliance'], async ({ page: second, key }) => {
      const [before] = await key.credentials();
      await panel.approve(second, proposal);
      const [after] = await key.credentials();
      assert.ok(after.signCount > before.signCount, 'decided without the passkey');
      // Decided is decided.
      assert.equal(await second.locator('form[data-passkey=get]').count(), 0);

      // All of it is in the audit log, and it was carried out once.
      const subject = address.split('/').pop();
      for (const [action, outcome, times] of [
        ['customer.freeze', 'done', 1],
        ['customer.read_phone', 'done', 1],
        ['customer.unfreeze.propose', 'done', 1],
        ['customer.unfreeze.approve', 'refused', 1],
        ['customer.unfreeze.approve', 'done', 1],
        ['approval.executed', 'done', 1],
        ['customer.unfrozen', 'done', 1],
      ]) {
        const lines = await panel.audited(second, { subject, action, outcome });
        assert.equal(lines.length, times, `${action} ${outcome}: ${lines}`);
      }
    });

    await first.goto(address);
    await first.locator('h1 .badge.good').waitFor();
    // Whoever made the freeze necessary may know the password: a reset sets another.
    await assert.rejects(bank.signIn(customer), /password_void|403/);
    await guard.quiet();
  });
});

test('a customer leaves and is erased, by two employees each time', async () => {
  const customer = await bank.newCustomer({ uzs: '0' });
  await atDesk(['support'], async ({ page: clerk }) => {
    const address = await panel.findOne(clerk, customer.phone);
    const leaving = await panel.propose(clerk, `${address}/close`, 'Asked for it in writing.');
    await atDesk(['compliance'], async ({ page: officer }) => {
      assert.ok(await signedIn(customer), 'a proposal changes nothing');
      await panel.approve(officer, leaving);
      await bank.until('the end of the session', async () => !(await signedIn(customer)), 2_000);
      const erasing = await panel.propose(officer, `${address}/erase`, 'Five years are over.');
      assert.equal(await officer.locator('form[data-passkey=get]').count(), 0);
      await atDesk(['security'], ({ page: guard }) => panel.approve(guard, erasing));
      await officer.goto(address);
      await panel.heading(officer).waitFor();
      assert.doesNotMatch(await panel.main(officer).innerText(), new RegExp(customer.firstName));
      assert.equal(await officer.locator('.head-actions a').count(), 0);
    });
  });
});

test('whoever lost everything gets a code that is shown once', async () => {
  const customer = await bank.newCustomer();
  await atDesk(['support'], async ({ page: clerk }) => {
    const address = await panel.findOne(clerk, customer.phone);
    const proposal = await panel.propose(clerk, `${address}/recover`, 'Passport seen.');
    await atDesk(['compliance'], async ({ page: officer }) => {
      await panel.approve(officer, proposal);
      const code = await officer.locator('[data-link]').innerText();
      assert.match(code, /^[0-9A-Z]{5}-[0-9A-Z]{5}$/);
      await officer.goto(proposal);
      await officer.locator('h1 .badge.good').waitFor();
      assert.ok(!(await panel.main(officer).innerText()).includes(code));
    });
  });
});

test('a transfer is given back by two, once what would change was shown', async () => {
  const [payer, payee] = [await bank.newCustomer(), await bank.newCustomer({ uzs: '0' })];
  const [from] = payer.accounts;
  const sent = await bank.transfer(payer, from.account_id, payee.phone, '120000.00');
  await atDesk(['support'], async ({ page: clerk }) => {
    const address = await panel.findOne(clerk, payer.phone);
    const refund = `${address}/refund`;
    await clerk.locator(`.head-actions a[href="${refund}"]`).click();
    await panel.arrived(clerk, refund);
    await clerk.locator('main [name=of]').fill(sent.operation_id);
    await clerk.keyboard.press('Enter');
    await clerk.locator('main [name=amount]').fill('20 000');
    await panel.because(clerk, 'Sent twice, and the payee agrees.');
    await clerk.locator('main .diff ins').first().waitFor();
    assert.match(await clerk.locator('main .diff').innerText(), /20\s000/);
    await clerk.locator('main form button[type=submit]').first().click();
    await panel.arrived(clerk, /^\/approvals\/apv_/);
    const proposal = panel.path(clerk);
    assert.equal((await bank.operations(payee)).length, 1, 'a proposal changes nothing');
    await atDesk(['accountant'], ({ page }) => panel.approve(page, proposal));
    assert.equal((await bank.operations(payee)).length, 2);
    await clerk.goto(`${refund}?of=${sent.operation_id}`);
    const left = await clerk.locator('main [name=amount]').inputValue();
    assert.match(left, /^100\s000$/);
  });
});

test('the sessions of everybody end by two employees', async () => {
  const customers = [await bank.newCustomer(), await bank.newCustomer()];
  await atDesk(['security'], async ({ page: guard }) => {
    await guard.goto('/approvals');
    await guard.locator('.head-actions a').click();
    await panel.arrived(guard, '/sessions/end-everyones');
    const proposal = await panel.propose(guard, panel.path(guard), 'The keys were stolen.');
    await atDesk(['administrator'], async ({ page: boss }) => {
      for (const customer of customers) assert.ok(await signedIn(customer));
      await panel.approve(boss, proposal);
    });
    for (const customer of customers) {
      await bank.until('the end of a session', async () => !(await signedIn(customer)), 2_000);
      await bank.signIn(customer);
    }
    // Employees go on working.
    await guard.goto('/');
    await panel.arrived(guard, '/');
  });
});

// More than anybody else sends in these tests.
const CEILING = 2_000_000_000;
const limits = (sum) => ({
  limits: [
    {
      name: 'transfer-at-once',
      title: { uz: 'Bitta oʻtkazma', ru: 'Один перевод', en: 'One transfer' },
      set_by: 'law',
      when: { operations: ['transfer.'] },
      per: 'customer',
      window: 'operation',
      measure: { amount: 'UZS' },
      ceiling: { fixed: sum * 100 },
    },
  ],
});

test('a new ceiling is made in the panel by two and holds from its moment', async () => {
  const [payer, payee] = [await bank.newCustomer(), await bank.newCustomer()];
  const preview = (sum) =>
    bank.api('POST', '/v1/transfers/preview', {
      signedIn: payer,
      body: {
        from_account_id: payer.accounts[0].account_id,
        to: { phone: payee.phone },
        amount: { value: String(sum), asset: 'UZS' },
      },
    });
  const written = (sum) => JSON.stringify(limits(sum), null, 2);
  await atDesk(['accountant'], async ({ page: clerk }) => {
    await clerk.locator('.place[href="/terms"]').click();
    await panel.arrived(clerk, '/terms');
    await clerk.locator('main [data-row][href="/terms/limits"]').click();
    await panel.arrived(clerk, '/terms/limits');
    await clerk.locator('.head-actions a').click();
    await panel.arrived(clerk, '/terms/limits/draft');

    // The page says what is wrong and does not let it be proposed.
    const draft = await panel.keepDraft(clerk, panel.path(clerk), written(-1));
    assert.match(await clerk.locator('.faults li').innerText(), /^limits\[0\]\.ceiling /);
    assert.equal(await clerk.locator('.head-actions a').count(), 0);
    await panel.keepDraft(clerk, draft, written(CEILING));
    assert.equal(await clerk.locator('.faults').count(), 0);
    const differs = clerk.locator('.diff tr', { hasText: 'ceiling.fixed' });
    assert.match(await differs.locator('ins').innerText(), /200000000000$/);

    // What it would have done to the transfers of the last weeks.
    await clerk.locator('#simulation a').click();
    await clerk.waitForURL(/simulate=1/);
    await clerk.locator('#simulation :is(.banner, .empty)').first().waitFor();

    // A whole minute that leaves time to approve it.
    const from = Math.ceil((Date.now() + 75_000) / 60_000) * 60_000;
    const reason = 'The regulator sets a ceiling.';
    const proposal = await panel.proposeDraft(clerk, draft, from, reason);
    assert.equal(await clerk.locator('form[data-passkey=get]').count(), 0);
    await atDesk(['compliance'], async ({ page: officer }) => {
      await officer.goto(proposal);
      assert.match(await panel.main(officer).innerText(), /limits\[transfer-at-once\]/);
      await panel.approve(officer, proposal);
    });
    await clerk.goto('/terms/limits');
    await clerk.locator('main .badge.warn').first().waitFor();
    await preview(CEILING + 1);
    assert.ok(Date.now() < from, 'it took too long to approve');

    await bank.sleep(from - Date.now() + 500);
    await assert.rejects(preview(CEILING + 1), /: 422 .*limit_exceeded/s);
    await preview(CEILING);
    await clerk.goto('/terms/limits');
    assert.equal(await clerk.locator('main .badge.warn').count(), 0);
    assert.equal(await clerk.locator('main .badge.good').count(), 1);
    await clerk.locator('main [data-row]').first().click();
    await panel.arrived(clerk, /^\/terms\/edition\/edn_/);
    await clerk.locator('h1 .badge.good').waitFor();
    assert.match(await clerk.locator('pre.document').innerText(), /"fixed": 200000000000/);
  });
});

test('a case ends with what came of it and a note', async () => {
  const customer = await bank.newCustomer();
  await atDesk(['support'], async ({ page, name, guard }) => {
    const address = await panel.findOne(page, customer.phone);
    await page.goto(`${address}/freeze`);
    await panel.because(page, 'A call about a sign-in that nobody knows.');
    await panel.arrived(page, address);
    await page.locator('main a[href^="/cases/case_"]').click();
    await panel.arrived(page, /^\/cases\/case_/);
    const matter = panel.path(page);

    // Without what came of it the page says what is missing and keeps what was typed.
    guard.expect(400, matter);
    await panel.because(page, 'It was the customer at a new computer.');
    await page.locator('main .error').waitFor();
    await page.locator('main [name=outcome]').selectOption('false_alarm');
    await page.locator('main form button[type=submit]').first().click();
    await panel.arrived(page, matter);
    await page.locator('main .banner.good').waitFor();
    const told = await panel.main(page).innerText();
    assert.match(told, /It was the customer at a new computer/);
    assert.match(told, new RegExp(name));
    assert.equal(await page.locator('main textarea').count(), 0);
    await page.goto('/cases?list=closed');
    assert.ok(await page.locator(`main [data-row][href="${matter}"]`).count());
    // The customer is as before: that takes two.
    await page.goto(address);
    await page.locator('h1 .badge.bad').waitFor();
  });
});

test('a customer is found by what they say, and nothing of it stands in an address', () =>
  atDesk(['support'], async ({ page, guard }) => {
    const customer = await bank.newCustomer();
    await bank.newCustomer();
    const address = await panel.findOne(page, customer.phone);
    const id = address.split('/').pop();
    const code = (await page.locator('.facts dd').allInnerTexts()).find((t) => /^\d{8}$/.test(t));
    for (const typed of [id, code, customer.phone.replace('+998', '')]) {
      await page.goto('/');
      assert.equal(await panel.findOne(page, typed), address);
    }
    await panel.find(page, `Aliyeva ${customer.firstName}`);
    await page.waitForURL(/\?s=|cus_/);
    assert.ok(!page.url().includes('Aliyeva'));
    await panel.find(page, '+998900000000');
    await page.locator('main .empty').waitFor();
    guard.expect(400, '/customers');
    await panel.find(page, 'Al');
    await page.locator('main .error').waitFor();
    for (const { path, query } of guard.requests) {
      assert.ok(!`${path}${query}`.includes(customer.phone.slice(4)), path);
    }
  }));

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
    await page.locator('main a').click();
    await panel.arrived(page, '/sign-in');
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
  { name: '320 px', viewport: NARROW, checks: [axe, layoutFaults, brokenWords] },
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
      await furnishedPanel(browser, lang, async ({ page, guard, customer, other, link }) => {
        const look = async (name) => {
          await guard.quiet();
          looked.push({ pattern: name });
          for (const fault of await faultsOf(page)) faults.push(`${name}: ${fault}`);
        };
        for (const { pattern, path } of await panelPlaces(page, customer, other)) {
          for (const status of [403, 404, 409, 422]) guard.expect(status, path);
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
