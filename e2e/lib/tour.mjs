// Goes through everything that has to do with who one is: each page and each form, with what is
// wrong and with what is right. `look` is called with a name wherever there is something to see.

import assert from 'node:assert/strict';

import * as app from './app.mjs';
import * as bank from './bank.mjs';
import { inWindow, phone } from './browser.mjs';
import { PIN, authenticator, fromMail, personalNumber, totp } from './proofs.mjs';

// What the forms of this tour are refused with.
const REFUSALS = [400, 401, 403, 409, 422, 429];
const WRONG_CODE = '000000';
const WRONG_PIN = '918273';
const BORN = '1994-03-21';

const main = (page) => page.locator('main');
const codes = (page) => main(page).locator('.codes li');

// Presses the button of a form that has nothing to fill in.
const press = (page, action) =>
  main(page).locator(`form[action="${action}"] button`).first().click();

// Sends a form that a page shows at certain times only, as if it stood there.
const post = (page, action, values = {}) =>
  page.evaluate(
    ({ action, values }) => {
      const form = document.createElement('form');
      Object.assign(form, { method: 'post', action });
      const token = document.querySelector('input[name=_csrf]').value;
      for (const [name, value] of Object.entries({ _csrf: token, ...values })) {
        form.append(Object.assign(document.createElement('input'), { name, value, type: 'hidden' }));
      }
      document.body.append(form);
      form.submit();
    },
    { action, values },
  );

// Sends what is wrong: the page says so.
async function refused(page, values) {
  await app.send(page, values);
  await app.errors(page).first().waitFor();
}

const pressPasskey = (page, options) =>
  main(page).locator('form[data-passkey=get] button').last().click(options);

// The code of a message that has just come.
async function newCode(to, act) {
  const seen = await bank.smsCodes(to);
  await act();
  return bank.smsCode(to, seen);
}

// Which other way to prove oneself is wanted.
const by = (page, way) => main(page).locator(`nav.ways a[href*="by=${way}"]`).click();

async function signIn({ page, customer, look }) {
  await page.goto('/sign-in?with=password');
  await refused(page, { phone: customer.phone, password: 'notogri-parol-7' });
  await look('/sign-in, refused');
  const seen = await app.password(page, customer);
  await look('/sign-in/second, SMS');
  const code = await bank.smsCode(customer.phone, seen);
  await refused(page, { code: WRONG_CODE });
  await look('/sign-in/second, refused');
  await post(page, '/sign-in/second/code');
  await app.errors(page).first().waitFor();
  await look('/sign-in/second, too early');
  await page.locator('[name=own_device]').check();
  await app.send(page, { code });
  await app.arrived(page, '/');
  await look('/, new device');
  await page.goto('/pay');
  await look('/pay, new device');
}

async function pin({ page, look }) {
  await page.goto('/security/pin');
  await look('/security/pin');
  await refused(page, { pin: PIN, pin_again: WRONG_PIN });
  await look('/security/pin, differ');
  await refused(page, { pin: '123456', pin_again: '123456' });
  await look('/security/pin, too common');
  await app.send(page, { pin: PIN, pin_again: PIN });
  await app.arrived(page, '/security');
}

async function toConfirm({ page }, amount) {
  const stranger = await bank.newCustomer({ uzs: '0' });
  await app.toReview(page, { to: stranger.phone, amount });
  await app.submit(page).click();
  await app.arrived(page, '/pay/confirm');
}

// Nothing better is at hand, so that the code comes unasked.
async function payBySms({ page, customer, look }) {
  const code = await newCode(customer.phone, () => toConfirm({ page }, '61000'));
  await look('/pay/confirm, SMS');
  await refused(page, { code: WRONG_CODE });
  await look('/pay/confirm, SMS refused');
  await post(page, `/pay/confirm/code${new URL(page.url()).search}`);
  await app.errors(page).first().waitFor();
  await look('/pay/confirm, too early');
  await app.send(page, { code });
  await app.arrived(page, /^\/operations\/[^/]+$/);
  await look('/operations/{id}, confirmed');
}

async function payByPin({ page, look }) {
  await toConfirm({ page }, '60500');
  await look('/pay/confirm, PIN');
  await refused(page, { pin: WRONG_PIN });
  await look('/pay/confirm, PIN refused');
  await app.send(page, { pin: PIN });
  await app.arrived(page, /^\/operations\/[^/]+$/);
}

// "Show that it is you", begun as from a page that asks for it.
async function beginProof(page, next) {
  await page.goto(next);
  await post(page, '/security/confirm/start', { next });
  await app.arrived(page, '/security/confirm');
}

async function proofBySms({ page, customer, look }) {
  await beginProof(page, '/security/pin');
  await look('/security/confirm, one recovery code');
  await by(page, 'sms');
  await look('/security/confirm, before the SMS');
  const code = await newCode(customer.phone, () => app.submit(page).click());
  await app.field(page, 'code').waitFor();
  await look('/security/confirm, SMS');
  await refused(page, { code: WRONG_CODE });
  await look('/security/confirm, SMS refused');
  await app.send(page, { code });
  await app.arrived(page, '/security/pin');
}

async function email({ page, customer, look }) {
  const place = '/security/contacts/email';
  customer.email = `mijoz${customer.phone.slice(-7)}@example.com`;
  await page.goto(place);
  await look(place);
  await refused(page, { email: 'mijoz@example' });
  await look(`${place}, refused`);
  await app.send(page, { email: customer.email });
  await app.arrived(page, `${place}/code`);
  await look(`${place}/code`);
  await refused(page, { code: WRONG_CODE });
  await look(`${place}/code, refused`);
  await app.send(page, { code: await fromMail(customer.email, /(?<!\d)\d{6}(?!\d)/) });
  await app.arrived(page, '/security');
  await page.goto(place);
  await look(`${place}, known`);
}

async function telephone({ page, customer, look }) {
  const place = '/security/contacts/phone';
  await page.goto(place);
  await look(place);
  await refused(page, { phone: customer.phone });
  await look(`${place}, refused`);
  const number = bank.newPhone();
  const code = await newCode(number, () => app.send(page, { phone: number }));
  await app.arrived(page, `${place}/code`);
  await look(`${place}/code`);
  await app.send(page, { code });
  await app.arrived(page, '/security');
  customer.phone = number;
}

async function document_({ page, look }) {
  const place = '/security/document';
  await page.goto(place);
  await look(place);
  const expires_on = '2031-05-01';
  await refused(page, { number: 'A1', personal_number: personalNumber(BORN), expires_on });
  await look(`${place}, refused`);
  // What was right stays.
  await app.send(page, { number: 'AD1234567' });
  await app.arrived(page, '/security');
  await page.goto(place);
  await look(`${place}, declared`);
}

async function passkeys({ page, customer, device, look }) {
  const place = '/security/passkeys';
  await page.goto(place);
  await look(place);
  await device.verified(false);
  await main(page).locator('form[data-passkey=create] button').click();
  await main(page).locator('[data-passkey-problem]:not([hidden])').waitFor();
  await look(`${place}, cancelled`);
  await device.verified(true);
  await main(page).locator('form[data-passkey=create] button').click();
  const made = main(page).locator(`.list a[href^="${place}/"]`);
  await made.waitFor();
  await look(`${place}, one`);
  customer.passkey = await made.getAttribute('href');
  await page.goto(customer.passkey);
  await look(`${place}/{id}`);
  await refused(page, { name: ' ' });
  await look(`${place}/{id}, refused`);
  await app.send(page, { name: 'Visa 7' });
  await app.arrived(page, place);
}

async function program({ page, customer, look }) {
  const place = '/security/authenticator';
  await page.goto(place);
  await look(place);
  await press(page, place);
  await app.field(page, 'code').waitFor();
  await look(`${place}, QR`);
  customer.secret = await main(page).locator('[data-copy]').first().getAttribute('data-copy');
  await refused(page, { code: WRONG_CODE });
  await look(`${place}/confirm, refused`);
  await app.send(page, { code: totp(customer.secret) });
  await app.arrived(page, place);
  await look(`${place}, on`);
}

async function recoveryCodes({ page, customer, look }) {
  await page.goto('/security/recovery-codes');
  await look('/security/recovery-codes');
  await press(page, '/security/recovery-codes');
  await codes(page).first().waitFor();
  customer.recovery = await codes(page).allInnerTexts();
  await look('/security/recovery-codes, new');
}

async function strongProofs({ page, device, look }) {
  await beginProof(page, '/security/recovery-codes');
  await look('/security/confirm, passkey');
  await by(page, 'totp');
  await look('/security/confirm, program');
  await refused(page, { code: WRONG_CODE });
  await by(page, 'recovery_code');
  await look('/security/confirm, recovery code');
  await refused(page, { recovery_code: 'ABCD-EFGH' });
  await look('/security/confirm, recovery code refused');
  await by(page, 'passkey');
  await device.verified(false);
  await pressPasskey(page);
  await main(page).locator('[data-passkey-problem]:not([hidden])').waitFor();
  await look('/security/confirm, passkey cancelled');
  await device.verified(true);
  await pressPasskey(page);
  await app.arrived(page, '/security/recovery-codes');
}

async function payByStrong({ page, look }) {
  await toConfirm({ page }, '62000');
  await look('/pay/confirm, passkey');
  await pressPasskey(page);
  await app.arrived(page, /^\/operations\/[^/]+$/);
}

async function signInByPin({ page, look }) {
  await app.signOut(page);
  await page.goto('/sign-in');
  await app.arrived(page, '/sign-in/pin');
  await look('/sign-in/pin');
  await refused(page, { pin: WRONG_PIN });
  await look('/sign-in/pin, refused');
  await app.send(page, { pin: PIN });
  await app.arrived(page, '/');
}

// Soon after a contact was changed a PIN is not enough, and is not asked for; a passkey is.
async function signInByPasskey({ page, device, look }) {
  await app.signOut(page);
  await device.presence(false);
  await page.goto('/sign-in');
  await app.field(page, 'password').waitFor();
  await look('/sign-in, no PIN');
  assert.equal(await app.field(page, 'pin').count(), 0, 'it is not asked for');
  // Whoever had its page open is told there.
  await post(page, '/sign-in/pin', { pin: PIN });
  await app.errors(page).first().waitFor();
  await look('/sign-in/pin, not enough');
  assert.equal(await app.field(page, 'pin').count(), 0, 'it is not asked for again');
  await main(page).locator('a[href*="with=password"]').click();
  await app.field(page, 'password').waitFor();
  await look('/sign-in, known device');
  await device.presence(true);
  // The browser may have offered the passkey by itself.
  await pressPasskey(page, { timeout: 3_000 }).catch(() => {});
  await app.arrived(page, '/');
}

// Somebody signs in elsewhere: what they see, and what is seen here.
async function elsewhere({ page, customer, look, held, browser }) {
  await inWindow(browser, phone(held), async (window) => {
    const { page: other, guard } = window;
    await authenticator(window);
    expectRefusals(guard);
    const lookThere = look.on(window);
    await other.goto('/sign-in');
    await app.password(other, customer);
    await app.arrived(other, '/sign-in/second');
    await pressPasskey(other);
    await main(other).locator('[data-passkey-problem]:not([hidden])').waitFor();
    await lookThere('/sign-in/second, no passkey');
    await other.goto('/sign-in/second?by=totp');
    await lookThere('/sign-in/second, program');
    await refused(other, { code: WRONG_CODE });
    await by(other, 'recovery_code');
    await lookThere('/sign-in/second, recovery code');
    await app.send(other, { recovery_code: customer.recovery[0] });
    await app.arrived(other, '/');
    await page.goto('/');
    await look('/, signed in elsewhere');
    await press(page, '/security/seen');
    await app.arrived(page, '/');
    await devices({ page, look });
    await sessions({ page, look, other, lookThere });
  });
  await inWindow(browser, phone(held), async ({ page: other }) => {
    await other.goto('/sign-in');
    await app.password(other, customer);
    await other.goto('/sign-in/second?by=recovery_code');
    await app.send(other, { recovery_code: customer.recovery[1] });
    await app.arrived(other, '/');
    await page.goto('/security/sessions');
    await press(page, '/security/sessions/end-others');
    await app.arrived(other, '/sign-in');
  });
}

async function devices({ page, look }) {
  await page.goto('/security/devices');
  await look('/security/devices');
  const one = main(page).locator('.list a[href^="/security/devices/"]').first();
  await page.goto(await one.getAttribute('href'));
  await look('/security/devices/{id}');
  await refused(page, { name: ' ' });
  await look('/security/devices/{id}, refused');
  await app.send(page, { name: 'Visa 7' });
  await app.arrived(page, '/security/devices');
}

async function sessions({ page, look, other, lookThere }) {
  await page.goto('/security/sessions');
  await look('/security/sessions, two');
  const second = main(page).locator('.list a[href^="/security/sessions/"]').nth(1);
  const place = await second.getAttribute('href');
  await page.goto(place);
  await look('/security/sessions/{id}');
  await press(page, `${place}/end`);
  await app.arrived(page, '/security/sessions');
  await app.arrived(other, '/sign-in');
  await lookThere('/sign-in, ended elsewhere');
}

async function password({ page, customer, look }) {
  const place = '/security/password';
  const word = bank.newPassword();
  await page.goto(place);
  await look(place);
  await refused(page, { password: 'notogri-parol-7', new_password: word });
  await look(`${place}, old refused`);
  await refused(page, { password: customer.password, new_password: 'parol' });
  await look(`${place}, new refused`);
  await app.send(page, { password: customer.password, new_password: word });
  await app.arrived(page, '/security');
  customer.password = word;
  await look('/security, protected');
  await page.goto('/security/events');
  await look('/security/events');
}

// The reset, from somewhere else, by way of each of its steps.
async function reset({ customer, look, held, browser }) {
  await inWindow(browser, phone(held), async (window) => {
    const { page, guard } = window;
    await authenticator(window);
    expectRefusals(guard);
    const lookThere = look.on(window);
    await page.goto('/reset');
    await lookThere('/reset');
    await refused(page, { phone: '12' });
    await lookThere('/reset, refused');
    const code = await newCode(customer.phone, () => app.send(page, { phone: customer.phone }));
    await app.arrived(page, '/reset/code');
    await lookThere('/reset/code');
    await refused(page, { code: WRONG_CODE });
    await lookThere('/reset/code, refused');
    await post(page, '/reset/code/again');
    await app.errors(page).first().waitFor();
    await lookThere('/reset/code, too early');
    await app.send(page, { code });
    await app.arrived(page, '/reset/proof');
    await lookThere('/reset/proof, document');
    await refused(page, { document: 'AA7654321', birth_date: BORN });
    await lookThere('/reset/proof, document refused');
    for (const way of ['passkey', 'totp', 'recovery_code', 'branch']) {
      await by(page, way);
      await lookThere(`/reset/proof, ${way}`);
    }
    await refused(page, { branch_code: 'ABCD-EFGH' });
    await lookThere('/reset/proof, branch refused');
    await by(page, 'passkey');
    await pressPasskey(page);
    await main(page).locator('[data-passkey-problem]:not([hidden])').waitFor();
    await lookThere('/reset/proof, no passkey');
    await by(page, 'recovery_code');
    await app.field(page, 'recovery_code').waitFor();
    await bank.codesSettle();
    await app.send(page, { recovery_code: customer.recovery[2] });
    await app.arrived(page, '/reset/password');
    await lookThere('/reset/password');
    await refused(page, { password: 'parol' });
    await lookThere('/reset/password, refused');
    customer.password = bank.newPassword();
    await app.send(page, { password: customer.password });
    await app.arrived(page, '/sign-in/second');
    await page.goto('/sign-in/second?by=recovery_code');
    await page.locator('[name=own_device]').check();
    await app.send(page, { recovery_code: customer.recovery[3] });
    await app.arrived(page, '/');
    await lookThere('/, after a reset');
    await page.goto('/pay');
    await lookThere('/pay, after a reset');
    await page.goto('/security');
    await lookThere('/security, after a reset');
    await takeAway({ page, customer, look: lookThere });
  });
}

// Everything that was set up is taken away again, and the device last.
async function takeAway({ page, customer, look }) {
  await page.goto(customer.passkey);
  await press(page, `${customer.passkey}/remove`);
  await app.arrived(page, '/security/passkeys');
  await page.goto('/security/authenticator');
  await press(page, '/security/authenticator/remove');
  await app.arrived(page, '/security/authenticator');
  await page.goto('/security/contacts/email');
  await press(page, '/security/contacts/email/remove');
  await app.arrived(page, '/security');
  await app.send(await at(page, '/security/pin'), { pin: PIN, pin_again: PIN });
  await app.arrived(page, '/security');
  await press(await at(page, '/security/pin'), '/security/pin/remove');
  await app.arrived(page, '/security');
  const here = await at(page, '/security/devices');
  const one = await main(here).locator('.list a').first().getAttribute('href');
  await page.goto(one);
  await look('/security/devices/{id}, here');
  await press(page, `${one}/remove`);
  await app.arrived(page, '/welcome');
}

async function at(page, path) {
  await page.goto(path);
  return page;
}

// "It was not me", from a letter and without a session.
async function notMe({ customer, look, held, browser, page }) {
  const link = await fromMail(customer.email, /\/not-me\/[\w-]+/);
  await inWindow(browser, phone(held), async ({ page: other, guard }) => {
    expectRefusals(guard);
    const lookThere = look.on({ page: other, guard });
    await other.goto('/not-me/x');
    await press(other, '/not-me/x');
    await main(other).locator('.empty').waitFor();
    await lookThere('/not-me/{alarm}, too late');
    await other.goto(link);
    await lookThere('/not-me/{alarm}');
    await press(other, link);
    await app.arrived(other, '/frozen');
    await lookThere('/frozen');
    await other.goto('/sign-in');
    await app.send(other, { phone: customer.phone, password: customer.password });
    await main(other).locator('a[href^="tel:"]').waitFor();
    await lookThere('/sign-in, frozen');
  });
  // The passkey here answers by itself as soon as it is offered, and is refused.
  await app.arrived(page, /^\/sign-in(\/passkey)?$/);
}

// Dollars for sum. A look takes its time and a rate is promised for a minute, so it is asked for
// once more before it is taken.
async function exchange({ page, look }) {
  await page.goto('/exchange?give=USD');
  await look('/exchange');
  await refused(page, { asset: 'UZS', amount: '0' });
  await look('/exchange, refused');
  await app.toExchange(page, { amount: '5' });
  await look('/exchange/review');
  await app.toExchange(page, { amount: '5' });
  await app.submit(page).click();
  await app.arrived(page, /^\/operations\/[^/]+$/);
  await look('/operations/{id}, exchanged');
  await page.goto('/limits/exchange-month');
  await refused(page, { ceiling: '900000000000' });
  await look('/limits/{name}, refused');
  await app.send(page, { ceiling: '90000000' });
  await app.arrived(page, '/limits');
  await look('/limits, lowered');
}

// The same by who is signed in.
async function freeze({ page, customer, device, look }) {
  // The passkey of before would be offered, and refused.
  await device.presence(false);
  await app.signIn(page, customer.friend);
  await page.goto('/security/freeze');
  await look('/security/freeze');
  await press(page, '/security/freeze');
  await app.arrived(page, '/frozen');
}

function expectRefusals(guard) {
  for (const status of REFUSALS) guard.expect(status, '/', 'POST');
}

// The whole tour, of a customer made for it: at its end they are frozen, and so is their friend.
// `held` is how they hold the phones on which they come.
export async function tour(browser, window, { customer, held, look }) {
  expectRefusals(window.guard);
  const device = await authenticator(window);
  const step = { browser, held, customer, device, look, ...window };
  await signIn(step);
  await payBySms(step);
  await recoveryCodes(step);
  await proofBySms(step);
  await pin(step);
  await payByPin(step);
  await exchange(step);
  await signInByPin(step);
  await email(step);
  await telephone(step);
  await document_(step);
  await passkeys(step);
  await program(step);
  await strongProofs(step);
  await payByStrong(step);
  await signInByPasskey(step);
  await elsewhere(step);
  await password(step);
  await reset(step);
  await notMe(step);
  await freeze(step);
}
