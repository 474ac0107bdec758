// What customers do from beginning to end, on a phone.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import * as app from './lib/app.mjs';
import * as bank from './lib/bank.mjs';
import { desktop, inWindow, launch, openProfile, phone } from './lib/browser.mjs';
import { furnished, issueStatement } from './lib/places.mjs';
import { asksFor, authenticator, totp } from './lib/proofs.mjs';
import { words } from './lib/words.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(async () => {
  await browser?.close();
});

const flow = (name, test_, options) => test(name, () => inWindow(browser, phone(options), test_));

const main = (page) => page.locator('main');
// A space in an amount is one that does not break.
const amountPattern = (digits) => new RegExp(digits.replaceAll(' ', '[\\s\u00a0]'));

async function sentWith(customer, note) {
  const items = await bank.operations(customer, '?limit=100');
  return items.filter((i) => i.note === note && i.direction === 'out');
}

async function accountOf(person) {
  const signedIn = await bank.signIn(person);
  const [account] = await bank.accounts(signedIn);
  return { signedIn, account };
}

flow('from the sign-up to the first transfer', async ({ page }) => {
  const payee = await bank.newCustomer({ uzs: '0' });
  const person = await app.signUp(page);
  await app.openAccount(page, 'UZS');
  const { signedIn, account } = await accountOf(person);
  await bank.cashIn(account.number, '350000');
  await page.goto('/');
  await main(page).getByText(amountPattern('350 000')).first().waitFor();
  await app.pay(page, { to: payee.phone, amount: '125000', note: 'birinchi' });
  await main(page).getByText(amountPattern('125 000')).first().waitFor();
  const [sent, ...others] = await sentWith(signedIn, 'birinchi');
  assert.equal(sent.amount.value, '-125000.00');
  assert.equal(others.length, 0);
  const [received] = await bank.accounts(payee);
  assert.equal(received.balance.value, '125000.00');
});

flow('a password is shown while it is typed, and sent as one', async ({ page }) => {
  const customer = await bank.newCustomer({ uzs: '0' });
  await page.goto('/sign-in');
  const field = app.field(page, 'password');
  const button = main(page).locator('[data-reveal]');
  await app.fill(page, { phone: customer.phone, password: customer.password });
  assert.equal(await field.getAttribute('type'), 'password');
  assert.equal(await button.getAttribute('aria-pressed'), 'false');
  await button.click();
  assert.equal(await field.getAttribute('type'), 'text');
  assert.equal(await button.getAttribute('aria-pressed'), 'true');
  assert.equal(await field.inputValue(), customer.password);
  await page.evaluate(() => {
    addEventListener('submit', (event) => {
      event.preventDefault();
      document.title = event.target.elements.password.type;
    });
  });
  await app.submit(page).click();
  assert.equal(await page.title(), 'password');
});

flow(
  'without scripts there is no button that does nothing',
  async ({ page }) => {
    await page.goto('/sign-in');
    assert.equal(await main(page).locator('[data-reveal]').isVisible(), false);
    assert.equal(await app.field(page, 'password').getAttribute('type'), 'password');
  },
  { javaScriptEnabled: false },
);

flow('a wrong code three times ends the sign-up for a while', async ({ page, guard }) => {
  guard.expect(400, '/sign-up');
  guard.expect(429, '/sign-up');
  const number = bank.newPhone();
  await page.goto('/sign-up');
  await app.send(page, { phone: number });
  await app.arrived(page, '/sign-up/code');
  const right = await bank.smsCode(number);
  const wrong = right === '111111' ? '222222' : '111111';
  for (let tries = 0; tries < 3; tries += 1) {
    await app.send(page, { code: wrong });
    await guard.quiet();
    await app.errors(page).first().waitFor();
  }
  // Not even the right one is taken now, and there is a way on.
  if (await app.field(page, 'code').count()) {
    await app.send(page, { code: right });
    await guard.quiet();
    assert.notEqual(new URL(page.url()).pathname, '/sign-up/you');
  }
  assert.match(await main(page).innerText(), /15/, 'how long to wait');
});

flow('two taps on the confirmation send once', async ({ page, context }) => {
  const customer = await furnished();
  await app.signIn(page, customer);
  await app.toReview(page, { to: customer.friend.phone, amount: '7000', note: 'ikki' });
  const review = page.url();
  // Another tab of the same review, confirmed at the same time.
  const other = await context.newPage();
  await other.goto(review);
  await Promise.all([app.submit(page).dblclick(), app.submit(other).dblclick()]);
  for (const tab of [page, other]) await app.arrived(tab, /^\/operations\//);
  assert.equal(page.url(), other.url(), 'both tabs show the same receipt');
  assert.equal((await sentWith(customer, 'ikki')).length, 1);
});

flow(
  'two taps send once with scripts off, too',
  async ({ page }) => {
    const customer = await furnished();
    await app.signIn(page, customer);
    await app.toReview(page, { to: customer.friend.phone, amount: '7100', note: 'ikki' });
    await app.submit(page).dblclick();
    await app.arrived(page, /^\/operations\//);
    assert.equal((await sentWith(customer, 'ikki')).length, 1);
  },
  { javaScriptEnabled: false },
);

flow('going back from a receipt sends nothing again', async ({ page, guard }) => {
  const customer = await furnished();
  await app.signIn(page, customer);
  const operation = await app.pay(page, {
    to: customer.friend.phone,
    amount: '9000',
    note: 'orqaga',
  });
  await page.goBack();
  await app.heading(page).first().waitFor();
  await guard.quiet();
  const again = app.submit(page);
  const path = new URL(page.url()).pathname;
  if (path === '/pay/review' && (await again.count()) > 0 && (await again.isEnabled())) {
    await again.click();
    await app.arrived(page, `/operations/${operation}`);
  }
  assert.equal((await sentWith(customer, 'orqaga')).length, 1);
});

flow('a change of language keeps what was typed', async ({ page }) => {
  const customer = await furnished();
  await app.signIn(page, customer);
  await page.goto('/pay');
  await app.fill(page, { to: customer.friend.phone, amount: '12345', note: 'til' });
  await app.setLanguage(page, 'ru');
  const typed = async (name) =>
    (await app.field(page, name).inputValue()).replace(/[\s\u00a0]/g, '');
  assert.equal(await typed('to'), customer.friend.phone);
  assert.equal(await typed('amount'), '12345');
  assert.equal(await typed('note'), 'til');
  await app.submit(page).click();
  await app.arrived(page, '/pay/review');
  assert.match(await page.locator('html').getAttribute('lang'), /^ru/);
});

// Signs the customer of a window out from another one, as with a phone that was lost.
async function endElsewhere(context) {
  const state = await context.storageState();
  await inWindow(browser, phone({ storageState: state }), ({ page }) => app.signOut(page));
}

flow('a session that ended elsewhere takes the open page away', async ({ page, context }) => {
  const customer = await furnished();
  await app.signIn(page, customer);
  await page.goto('/activity');
  await main(page).getByText(amountPattern('184 500')).first().waitFor();
  await endElsewhere(context);
  await app.arrived(page, '/sign-in');
  assert.doesNotMatch(await page.locator('body').innerText(), amountPattern('184 500'));
  // Whoever signs in again goes on where they were.
  const codes = await app.password(page, customer);
  await app.second(page, customer, { to: '/activity', codes });
});

flow('after a session that ended one goes where one wanted', async ({ page, context }) => {
  const customer = await furnished();
  await app.signIn(page, customer);
  // The page does not hear of the end: it slept.
  await context.route('**/events', (route) =>
    route.fulfill({ contentType: 'text/event-stream', body: ': asleep\n\n' }),
  );
  await page.reload();
  await endElsewhere(context);
  await page.locator('nav a[href="/activity"]').click();
  await app.arrived(page, '/sign-in');
  const codes = await app.password(page, customer);
  await app.second(page, customer, { to: '/activity', codes });
});

flow('money that arrives shows without a reload', async ({ page }) => {
  const customer = await furnished();
  await app.signIn(page, customer);
  await page.evaluate(() => {
    window.stillTheSamePage = true;
  });
  await bank.transfer(
    customer.friend,
    customer.friend.accounts[0].account_id,
    customer.phone,
    '33333.00',
    'jonli',
  );
  await main(page).getByText(amountPattern('33 333')).first().waitFor({ timeout: 5_000 });
  assert.equal(await page.evaluate(() => window.stillTheSamePage), true);
  // What the message says stands on the page now, so a tap takes the message away.
  const message = page.locator('#toasts > *', { hasText: amountPattern('33 333') });
  await message.waitFor();
  await message.click();
  await message.waitFor({ state: 'detached', timeout: 1_000 });
});

flow('a statement opens as a PDF with the right amounts', async ({ page, context }) => {
  const customer = await furnished();
  await app.signIn(page, customer);
  const code = await issueStatement(page, customer.sum.account_id);
  const answer = await context.request.get(`/documents/${code}/statement.pdf`);
  assert.equal(answer.status(), 200);
  assert.match(answer.headers()['content-type'], /^application\/pdf/);
  const folder = await mkdtemp(join(tmpdir(), 'okto-e2e-'));
  try {
    const file = join(folder, 'statement.pdf');
    await writeFile(file, await answer.body());
    const text = (await bank.pdfText(file)).replaceAll('\u00a0', ' ');
    assert.match(text, new RegExp(customer.sum.number.replace(/(?=.)/g, '\\s?')), 'the account');
    // 2,500,000 in cash, 184,500 out, 42,000.50 in.
    for (const amount of ['2 500 000', '184 500', '42 000,50', '2 357 500,50']) {
      assert.ok(text.includes(amount), `${amount} is not in the statement`);
    }
    assert.match(text.replace(/\W/g, ''), new RegExp(code.replace(/\W/g, ''), 'i'), 'its code');
  } finally {
    await rm(folder, { recursive: true });
  }
  // Whoever holds the paper can check it without an account.
  await inWindow(browser, desktop(), async ({ page: anyone }) => {
    await anyone.goto(`/verify/${code}`);
    await main(anyone).getByText(amountPattern('2 357 500,50')).first().waitFor();
  });
});

flow('a search is in the address, and its files hold what it found', async ({ page, context }) => {
  const customer = await furnished();
  await app.signIn(page, customer);
  await page.goto('/activity');
  // While one types, without sending the form.
  await app.field(page, 'q').pressSequentially('2026/11');
  await page.waitForURL((url) => url.searchParams.get('q') === '2026/11');
  const found = main(page).locator('a[href^="/operations/"]');
  await bank.until('the one that has the note', async () => (await found.count()) === 1);
  assert.match(await found.innerText(), amountPattern('184 500'));
  await page.reload();
  assert.equal(await found.count(), 1);
  for (const [kind, begins] of [
    ['csv', /184500|184 500/],
    ['xlsx', /^PK/],
    ['pdf', /^%PDF/],
  ]) {
    const link = main(page).locator(`a[href^="/activity/export.${kind}?"]`);
    const file = await context.request.get(await link.getAttribute('href'));
    assert.equal(file.status(), 200);
    assert.match(file.headers()['content-disposition'], new RegExp(`attachment.*\\.${kind}`));
    const text = (await file.body()).toString('latin1').replaceAll('\u00c2\u00a0', ' ');
    assert.match(text, begins);
    if (kind === 'csv') assert.doesNotMatch(text, /42 ?000/, 'only what was found');
  }
});

flow('a customer exchanges dollars for sum and sees it in the history', async ({ page }) => {
  const customer = await furnished();
  await app.signIn(page, customer);
  await page.goto('/');
  await main(page).locator('a[href="/exchange"]').first().click();
  await app.arrived(page, '/exchange');
  await main(page).locator('a[href="/exchange?give=USD"]').click();
  await page.waitForURL((url) => url.searchParams.get('give') === 'USD');
  await app.send(page, { asset: 'USD', amount: '100' });
  await app.arrived(page, '/exchange/review');
  const [dollar] = (await bank.api('GET', '/v1/rates')).items;
  // What the bank pays for a hundred, to the tiyin.
  const tiyin = Number(dollar.buys_at.value.replace('.', '')) * 100;
  const whole = String(Math.floor(tiyin / 100)).replace(/(?=(?:\d{3})+$)(?!^)/g, ' ');
  const got = amountPattern(whole);
  await main(page).getByText(got).first().waitFor();
  const review = page.url();
  // Two taps are one exchange, and the review of it leads to its receipt from then on.
  await app.submit(page).dblclick();
  await app.arrived(page, /^\/operations\/[^/]+$/);
  const receipt = new URL(page.url()).pathname;
  await main(page).getByText(got).first().waitFor();
  await page.goto(review);
  await app.arrived(page, receipt);
  await page.goto('/activity');
  const lines = main(page).locator(`a[href="${receipt}"]`);
  assert.equal(await lines.count(), 2, 'a line for each of the two accounts');
  await lines.filter({ hasText: got }).first().waitFor();
  const [sum, dollars] = await bank.accounts(customer);
  // 2,500,000 in cash, 184,500 out, 42,000.50 in; of 120 dollars a hundred are gone.
  const held = 235_750_050 + tiyin;
  const cents = String(held % 100).padStart(2, '0');
  assert.equal(sum.balance.value, `${Math.floor(held / 100)}.${cents}`);
  assert.equal(dollars.balance.value, '20.00');
});

flow('the requisites are copied whole', async ({ page, context }) => {
  const customer = await furnished();
  await app.signIn(page, customer);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto(`/accounts/${customer.sum.account_id}/requisites`);
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await main(page).locator(`.copy [data-copy="${customer.sum.number}"]`).click();
  await bank.until('the number', async () => (await copied()) === customer.sum.number);
  await main(page).locator('.actions [data-copy]').click();
  await bank.until('all of them', async () => (await copied()).includes('\n'));
  assert.match(await copied(), new RegExp(customer.sum.number));
});

flow('without a connection the app opens and says so', async ({ page, context, guard }) => {
  const customer = await furnished();
  await app.signIn(page, customer);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  await page.goto('/');
  guard.offline = true;
  await context.setOffline(true);
  await page.goto('/activity');
  await page.getByText(words('uz', 'offline-title')).first().waitFor();
  await context.setOffline(false);
  guard.offline = false;
  await page.goto('/activity');
  await app.arrived(page, '/activity');
  // What was under way when the connection went, or came back and the page was left, did not arrive.
  const lost = ['ERR_INTERNET_DISCONNECTED', 'Failed to fetch'];
  guard.problems = guard.problems.filter(({ what }) => !lost.some((word) => what.includes(word)));
});

flow(
  'it works with scripts off',
  async ({ page }) => {
    const customer = await furnished();
    await app.signIn(page, customer);
    await app.pay(page, { to: customer.friend.phone, amount: '4400', note: 'skriptsiz' });
    await main(page).getByText(amountPattern('4 400')).first().waitFor();
    assert.equal((await sentWith(customer, 'skriptsiz')).length, 1);
    await app.signOut(page);
  },
  { javaScriptEnabled: false },
);

flow('one tap hides the balances and they stay hidden', async ({ page, guard }) => {
  const customer = await furnished();
  await app.signIn(page, customer);
  const balance = amountPattern('2 357 500');
  await main(page).getByText(balance).first().waitFor();
  const eye = (value) =>
    page.locator(`form[action="/balances"] button[name=balances][value=${value}]`);
  // The money came just now, and the bank says so: a tap takes each message out of the way.
  const message = page.locator('#toasts > *').first();
  await page.addLocatorHandler(message, () => message.click(), { noWaitAfter: true });
  await eye('hidden').click();
  await guard.quiet();
  const shown = async () => balance.test(await main(page).innerText());
  await bank.until('the balance to go', async () => !(await shown()));
  await page.reload();
  assert.equal(await shown(), false, 'it is back after a reload');
  await eye('shown').click();
  await bank.until('the balance to come back', shown);
  await guard.quiet();
});

test('a payment with the keyboard alone', () =>
  inWindow(browser, desktop(), async ({ page }) => {
    const customer = await furnished();
    await app.signIn(page, customer);
    const press = async (control, key = 'Enter') => {
      await app.tabTo(page, control);
      await page.keyboard.press(key);
    };
    const type = async (name, text) => {
      await app.tabTo(page, app.field(page, name));
      await page.keyboard.type(text);
    };
    await press(page.locator('a[href="/pay"]').first());
    await app.arrived(page, '/pay');
    await type('to', customer.friend.phone);
    await type('amount', '6100');
    await type('note', 'klaviatura');
    await press(app.submit(page));
    await app.arrived(page, '/pay/review');
    await press(app.submit(page));
    await app.arrived(page, /^\/operations\//);
    assert.equal((await sentWith(customer, 'klaviatura')).length, 1);
  }));

test('it can be installed', async () => {
  const { page, context, guard, close } = await openProfile();
  try {
    await page.goto('/welcome');
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
    const cdp = await context.newCDPSession(page);
    const { installabilityErrors } = await cdp.send('Page.getInstallabilityErrors');
    assert.deepEqual(installabilityErrors, []);
    guard.check();
  } finally {
    await close();
  }
});

// ---- Who you are ----

flow('a browser that is called one\'s own needs no code the next time', async ({ page }) => {
  const customer = await furnished();
  await app.signIn(page, customer);
  await page.goto('/security/devices');
  await main(page).locator('.badge.good').waitFor();
  await app.signOut(page);
  await page.goto('/sign-in');
  await app.password(page, customer);
  await app.arrived(page, '/');
});

flow('a PIN opens the device on which it was set, and no other', async ({ page, guard }) => {
  const customer = await furnished();
  await app.signIn(page, customer);
  await page.goto('/security/pin');
  await app.send(page, { pin: '482913', pin_again: '482913' });
  await app.arrived(page, '/security');
  await app.signOut(page);
  await page.goto('/sign-in?next=/activity');
  await app.arrived(page, '/sign-in/pin');
  guard.expect(400, '/sign-in/pin');
  await app.send(page, { pin: '918273' });
  await app.errors(page).first().waitFor();
  await app.send(page, { pin: '482913' });
  await app.arrived(page, '/activity');
  await inWindow(browser, phone(), async ({ page: other }) => {
    await other.goto('/sign-in');
    await app.field(other, 'password').waitFor();
  });
});

flow('a PIN needs a device of one\'s own, and the page leads on to it', async ({ page }) => {
  const customer = await furnished();
  await app.signIn(page, customer, { own: false });
  await page.goto('/security/pin');
  await main(page).locator('a[href="/security"]').waitFor();
  await main(page).locator('form[action="/sign-out"] button').click();
  await app.arrived(page, '/welcome');
});

// The first passkey of whoever is signed in. Gives the address of its page.
async function makePasskey(page) {
  await page.goto('/security/passkeys');
  await main(page).locator('form[data-passkey=create] button').click();
  // Whoever has no recovery codes gets them with the first passkey.
  await main(page).locator('.codes li').first().waitFor();
  await main(page).locator('.actions a[href^="/security/passkeys"]').click();
  const made = main(page).locator('.list a[href^="/security/passkeys/"]');
  await made.waitFor();
  return made.getAttribute('href');
}

const byPasskey = (page) => main(page).locator('form[data-passkey=get] button').last();

// Waits until the bank has said no to a passkey so many times.
const refusedPasskeys = (guard, path, times) =>
  bank.until(`${times} refusals at ${path}`, async () => {
    const refused = guard.requests.filter((r) => r.path === path && r.status >= 400);
    assert.ok(refused.length <= times, `${refused.length} refusals`);
    return refused.length === times;
  });

const isIn = async (page) =>
  (await page.request.get('/profile', { maxRedirects: 0 })).status() === 200;

test('a passkey is made, and opens the bank by itself', () =>
  inWindow(browser, phone(), async (window) => {
    const { page, guard } = window;
    const device = await authenticator(window);
    const customer = await furnished();
    await app.signIn(page, customer);
    await page.goto('/security');
    await main(page).locator('a[href="/security/passkeys"]').first().click();
    await app.arrived(page, '/security/passkeys');
    // Nobody confirmed: the page says so, and nothing is added.
    await device.verified(false);
    await main(page).locator('form[data-passkey=create] button').click();
    await main(page).locator('[data-passkey-problem]:not([hidden])').waitFor();
    await device.verified(true);
    await main(page).locator('form[data-passkey=create] button').click();
    // Whoever has no recovery codes gets them with the first passkey.
    await main(page).locator('.codes li').first().waitFor();
    await main(page).locator('.actions a[href^="/security/passkeys"]').click();
    await main(page).locator('.list a[href^="/security/passkeys/"]').waitFor();
    // That it was added stands there, and is read out.
    const told = main(page).locator('[role=status]');
    await told.getByText(words('uz', 'passkeys-added-title')).waitFor();
    assert.ok(await told.evaluate((e) => e === document.activeElement));
    const [made] = await device.credentials();
    assert.ok(made.isResidentCredential);
    await app.signOut(page);
    // The browser offers it without a word typed; this one's finger is always there.
    await page.goto('/sign-in');
    await app.arrived(page, '/');
    await guard.quiet();
  }));

test('a passkey by its button', () =>
  inWindow(browser, phone(), async (window) => {
    const { page, guard } = window;
    const device = await authenticator(window);
    const customer = await furnished();
    await app.signIn(page, customer);
    await makePasskey(page);
    await app.signOut(page);
    await device.presence(false);
    await page.goto('/sign-in');
    await guard.quiet();
    await device.presence(true);
    const button = main(page).locator('form[data-passkey=get] button').last();
    if (new URL(page.url()).pathname === '/sign-in') await button.click({ trial: false });
    await app.arrived(page, '/');
  }));

test('a passkey without whoever it belongs to opens nothing', () =>
  inWindow(browser, phone(), async (window) => {
    const { page, guard } = window;
    const device = await authenticator(window);
    const customer = await furnished();
    await app.signIn(page, customer);
    await makePasskey(page);
    await app.signOut(page);
    // The browser asks for a finger, and the wrong one comes: the page says so.
    await device.verified(false);
    await page.goto('/sign-in');
    await guard.quiet();
    await byPasskey(page).click();
    await main(page).locator('[data-passkey-problem]:not([hidden])').waitFor();
    await refusedPasskeys(guard, '/sign-in/passkey', 0);
    assert.equal(await isIn(page), false);
    // A script has the authenticator sign without asking for one: the bank looks for itself.
    await asksFor(page, { unverified: true });
    guard.expect(401, '/sign-in/passkey');
    await byPasskey(page).click();
    await refusedPasskeys(guard, '/sign-in/passkey', 1);
    await app.errors(page).first().waitFor();
    assert.equal(await isIn(page), false);
    await asksFor(page);
    await device.verified(true);
    await byPasskey(page).click();
    await app.arrived(page, '/');
    assert.equal(await isIn(page), true);
  }));

test('a passkey that was removed at the bank opens it no more', () =>
  inWindow(browser, phone(), async (window) => {
    const { page, guard } = window;
    const device = await authenticator(window);
    const customer = await furnished();
    await app.signIn(page, customer);
    const made = await makePasskey(page);
    await page.goto(made);
    await main(page).locator(`form[action="${made}/remove"] button`).click();
    await app.arrived(page, '/security/passkeys');
    await app.signOut(page);
    assert.equal((await device.credentials()).length, 1, 'the phone has it still');
    // The browser offers it by itself, once; then it takes the button.
    guard.expect(401, '/sign-in/passkey');
    await page.goto('/sign-in');
    await refusedPasskeys(guard, '/sign-in/passkey', 1);
    await app.errors(page).first().waitFor();
    await guard.quiet();
    await byPasskey(page).click();
    await refusedPasskeys(guard, '/sign-in/passkey', 2);
    await app.errors(page).first().waitFor();
    assert.equal(await isIn(page), false);
  }));

test('a payment is not confirmed by the passkey of another customer', () =>
  inWindow(browser, phone(), async (window) => {
    const { page, guard } = window;
    const device = await authenticator(window);
    const [other, customer] = [await furnished(), await furnished()];
    const stranger = await bank.newCustomer({ uzs: '0' });
    await app.signIn(page, other, { own: false });
    await makePasskey(page);
    const [{ credentialId: others }] = await device.credentials();
    await app.signOut(page);
    // The phone is one for both, and is not to answer before the password is typed.
    await device.presence(false);
    await app.signIn(page, customer, { own: false });
    await device.presence(true);
    await makePasskey(page);
    assert.equal((await device.credentials()).length, 2);
    await app.toReview(page, { to: stranger.phone, amount: '91000', note: 'begona kalit' });
    await app.submit(page).click();
    await app.arrived(page, '/pay/confirm');
    await asksFor(page, { credential: others });
    // As after every wrong answer: there are so many tries.
    guard.expect(400, '/pay/confirm');
    await byPasskey(page).click();
    await refusedPasskeys(guard, '/pay/confirm', 1);
    await app.errors(page).first().waitFor();
    assert.equal((await sentWith(customer, 'begona kalit')).length, 0);
    await asksFor(page);
    await byPasskey(page).click();
    await app.arrived(page, /^\/operations\//);
    assert.equal((await sentWith(customer, 'begona kalit')).length, 1);
  }));

flow('an authenticator app is the second step from now on', async ({ page, guard }) => {
  const customer = await furnished();
  // A browser that is one's own would be the second step itself.
  await app.signIn(page, customer, { own: false });
  await page.goto('/security/authenticator');
  await main(page).locator('form[action="/security/authenticator"] button').click();
  const secret = await main(page).locator('[data-copy]').first().getAttribute('data-copy');
  guard.expect(400, '/security/authenticator/confirm');
  await app.send(page, { code: '000000' });
  await app.errors(page).first().waitFor();
  await app.send(page, { code: totp(secret) });
  const codes = main(page).locator('.codes li');
  await codes.first().waitFor();
  assert.equal(await codes.count(), 10);
  const recovery = await codes.first().innerText();
  await app.signOut(page);
  await page.goto('/sign-in');
  await app.password(page, customer);
  await app.arrived(page, '/sign-in/second');
  // A step is used once, so that the next one is waited for.
  await app.send(page, { code: totp(secret, 1) });
  await app.arrived(page, '/');
  await app.signOut(page);
  await page.goto('/sign-in');
  await app.password(page, customer);
  await main(page).locator('nav.ways a[href*="recovery_code"]').click();
  await app.send(page, { recovery_code: recovery.toLowerCase() });
  await app.arrived(page, '/');
});

flow('a payment to somebody new is confirmed by a code that names it', async ({ page, guard }) => {
  const customer = await furnished();
  const stranger = await bank.newCustomer({ uzs: '0' });
  await app.signIn(page, customer);
  await app.toReview(page, { to: stranger.phone, amount: '77000', note: 'yangi' });
  const codes = await bank.smsCodes(customer.phone);
  await app.submit(page).click();
  await app.arrived(page, '/pay/confirm');
  await main(page).getByText(amountPattern('77 000')).first().waitFor();
  const code = await bank.smsCode(customer.phone, codes);
  assert.match(await bank.smsText(customer.phone), amountPattern('77 000'));
  guard.expect(400, '/pay/confirm');
  await app.send(page, { code: code === '111111' ? '222222' : '111111' });
  await app.errors(page).first().waitFor();
  assert.equal((await sentWith(customer, 'yangi')).length, 0);
  await app.send(page, { code });
  await app.arrived(page, /^\/operations\//);
  assert.equal((await sentWith(customer, 'yangi')).length, 1);
});

flow(
  'the second step and the proof of a payment work with scripts off',
  async ({ page }) => {
    const customer = await furnished();
    const stranger = await bank.newCustomer({ uzs: '0' });
    await app.signIn(page, customer);
    await app.pay(page, { to: stranger.phone, amount: '5500', note: 'jimjit' });
    assert.equal((await sentWith(customer, 'jimjit')).length, 1);
  },
  { javaScriptEnabled: false },
);

flow('a password is reset by the phone and a recovery code', async ({ page }) => {
  const customer = await furnished();
  await app.signIn(page, customer);
  await page.goto('/security/recovery-codes');
  await main(page).locator('form[action="/security/recovery-codes"] button').click();
  const shown = main(page).locator('.codes li');
  await shown.first().waitFor();
  const recovery = await shown.allInnerTexts();
  const password = bank.newPassword();
  await inWindow(browser, phone(), async ({ page: other }) => {
    await other.goto('/sign-in');
    await main(other).locator('a[href="/reset"]').click();
    await app.arrived(other, '/reset');
    const codes = await bank.smsCodes(customer.phone);
    await app.send(other, { phone: customer.phone });
    await app.arrived(other, '/reset/code');
    await app.send(other, { code: await bank.smsCode(customer.phone, codes) });
    await app.arrived(other, '/reset/proof');
    await main(other).locator('nav.ways a[href*="recovery_code"]').click();
    await app.field(other, 'recovery_code').waitFor();
    // Everybody is told what does not count yet.
    await main(other).getByText(words('uz', 'reset-proof-recent')).waitFor();
    await bank.codesSettle();
    await app.send(other, { recovery_code: recovery[0] });
    await app.arrived(other, '/reset/password');
    // The answer is lost: the form is sent once more as it stood, and the password is in.
    const before = await other.context().cookies();
    await app.send(other, { password });
    await app.arrived(other, '/sign-in/second');
    await other.context().addCookies(before);
    await other.goto('/reset/password');
    await app.send(other, { password });
    await app.arrived(other, '/sign-in/second');
    await other.goto('/sign-in/second?by=recovery_code');
    await app.send(other, { recovery_code: recovery[1] });
    await app.arrived(other, '/');
    // The bank is careful for a while, and says so where it matters.
    await other.goto('/pay');
    await main(other).locator('.banner.info').first().waitFor();
  });
  // Whoever was signed in is not any more.
  await app.arrived(page, '/sign-in');
});

flow('everything is signed out by one press, here too', async ({ page }) => {
  const customer = await furnished();
  await app.signIn(page, customer);
  await inWindow(browser, phone(), async ({ page: other }) => {
    await app.signIn(other, customer, { own: false });
    await page.goto('/security/sessions');
    await main(page).locator('form[action="/security/sessions/end-all"] button').click();
    await app.arrived(page, '/welcome');
    await app.arrived(other, '/sign-in');
  });
});

flow('a new password ends what others have open, and nothing here', async ({ page }) => {
  const customer = await furnished();
  await app.signIn(page, customer);
  const password = bank.newPassword();
  await inWindow(browser, phone(), async ({ page: other }) => {
    await app.signIn(other, customer, { own: false });
    await page.goto('/security');
    await main(page).locator('a[href="/security/password"]').click();
    await app.arrived(page, '/security/password');
    await app.send(page, { password: customer.password, new_password: password });
    await app.arrived(page, '/security');
    await app.arrived(other, '/sign-in');
  });
  // Nothing takes this page away meanwhile: it hears the news by its new cookie.
  await bank.sleep(1_500);
  assert.equal(new URL(page.url()).pathname, '/security');
  await page.locator('nav.tabs a[href="/activity"]').click();
  await app.arrived(page, '/activity');
  await app.signOut(page);
  await app.signIn(page, { ...customer, password });
});

flow('it was not me: one press and one question, and nobody is in', async ({ page, guard }) => {
  const customer = await furnished();
  await app.signIn(page, customer);
  await inWindow(browser, phone(), async ({ page: other }) => {
    await app.signIn(other, customer, { own: false });
    await page.goto('/');
    await main(page).locator('#news').waitFor();
    // One press, and a second one that comes before the answer.
    await main(page).locator('#news form[action="/security/freeze"] button').dblclick();
    await app.arrived(page, '/frozen');
    await app.arrived(other, '/sign-in');
  });
  // Whoever guesses hears nothing of it; whoever knows the password is told how to come back.
  guard.expect(401, '/sign-in');
  await page.goto('/sign-in?with=password');
  await app.send(page, { phone: customer.phone, password: `${customer.password}x` });
  await app.errors(page).first().waitFor();
  guard.expect(403, '/sign-in');
  await app.send(page, { phone: customer.phone, password: customer.password });
  await main(page).locator('a[href^="tel:"]').waitFor();
  assert.equal(await app.errors(page).count(), 0);
});
