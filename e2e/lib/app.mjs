// What a customer does in the app, step by step as a finger does it. The names of fields and the
// addresses are those of the pages' forms, which the app promises to keep.

import { smsCode, smsCodes, newPassword, newPhone } from './bank.mjs';

// The one form of a page that has its own work; the buttons of the languages belong to it too.
export const form = (page) => page.locator('main form#form');
export const field = (page, name) => page.locator(`main [name="${name}"]:not([type=hidden])`);
export const submit = (page) =>
  form(page).locator('button:not([type=button]):not([name="_lang"])').first();
export const errors = (page) => page.locator('main [aria-invalid=true], main [role=alert]');
export const heading = (page) => page.getByRole('heading', { level: 1 });

// Who is signed in on a page: whose telephone the codes for it come to.
const phones = new WeakMap();

const path = (page) => new URL(page.url()).pathname;

// Waits until the address is the one that `wanted` says, whether a document was loaded or a part
// of the page was replaced.
export async function arrived(page, wanted) {
  const matches = wanted instanceof RegExp ? (p) => wanted.test(p) : (p) => p === wanted;
  await page.waitForURL((url) => matches(url.pathname), { waitUntil: 'domcontentloaded' });
  // The app's script says while it replaces a part of the page.
  await page.locator('html:not([data-loading])').waitFor({ state: 'attached' });
  await heading(page).first().waitFor();
}

// Types what is given into fields of the page's form. A choice is chosen, a box is filled.
export async function fill(page, values) {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue;
    const control = field(page, name);
    const kind = await control.first().evaluate((e) => `${e.localName} ${e.type}`);
    if (kind.startsWith('select')) await control.selectOption(value);
    else if (kind.endsWith('checkbox')) await control.setChecked(value);
    else if (kind.endsWith('radio'))
      // The label of a choice may lie over its circle.
      await page.locator(`[name="${name}"][value="${value}"]`).check({ force: true });
    else await control.fill(value);
  }
}

export async function send(page, values = {}) {
  await fill(page, values);
  await submit(page).click();
}

// The whole sign-up, from the first page. Gives what the customer now knows.
export async function signUp(page, person = {}) {
  const { phone = newPhone(), password = newPassword(), firstName = 'Nodira', own } = person;
  await page.goto('/welcome');
  await page.locator('main a[href^="/sign-up"]').first().click();
  await arrived(page, '/sign-up');
  await send(page, { phone });
  await arrived(page, '/sign-up/code');
  await send(page, { code: await smsCode(phone) });
  await arrived(page, '/sign-up/you');
  await send(page, {
    first_name: firstName,
    last_name: 'Rahimova',
    birth_date: '1993-08-14',
    password,
    own_device: own,
  });
  await arrived(page, '/');
  phones.set(page, phone);
  return { phone, password, firstName };
}

// The sign-in up to the first page. On a browser that the bank does not know it takes a code; with
// `own`, the browser is known from then on: only so many codes are sent.
export async function signIn(page, customer, { own = true, to = '/' } = {}) {
  await page.goto('/sign-in?with=password');
  await second(page, customer, { own, to, codes: await password(page, customer) });
}

// The first step. Gives the codes that had come before.
export async function password(page, { phone, password: word }) {
  phones.set(page, phone);
  const codes = await smsCodes(phone);
  await send(page, { phone, password: word });
  await page.waitForURL((url) => url.pathname !== '/sign-in');
  return codes;
}

// The second step by SMS, where there is one.
export async function second(page, { phone }, { own = true, to = '/', codes = [] } = {}) {
  if (path(page) === '/sign-in/second') {
    // A browser that the bank knows already does not ask whose it is.
    const mine = page.locator('[name=own_device]');
    if (await mine.count()) await mine.setChecked(own);
    await send(page, { code: await smsCode(phone, codes) });
  }
  await arrived(page, to);
}

export async function signOut(page) {
  await page.goto('/profile');
  await page.locator('main form[action="/sign-out"] button').click();
  await arrived(page, /^\/(welcome|sign-in)$/);
}

// Up to the page that shows what would happen.
export async function toReview(page, { to, amount, note, from }) {
  await page.goto('/pay');
  await send(page, { from, to, amount, note });
  await arrived(page, '/pay/review');
}

// Up to the page that shows what an exchange would come to. `give` is the currency that is given.
export async function toExchange(page, { amount, asset = 'USD', give = 'USD' }) {
  await page.goto(`/exchange?give=${give}`);
  await send(page, { asset, amount });
  await arrived(page, '/exchange/review');
}

// Sends what is shown, by the code that comes for it when one is asked for.
export async function sendReviewed(page) {
  const phone = phones.get(page);
  const seen = await smsCodes(phone);
  await submit(page).click();
  await arrived(page, /^\/(operations\/[^/]+|pay\/confirm)$/);
  if (path(page) !== '/pay/confirm') return;
  await send(page, { code: await smsCode(phone, seen) });
  await arrived(page, /^\/operations\/[^/]+$/);
}

// A whole payment. Gives the id of the operation.
export async function pay(page, payment) {
  await toReview(page, payment);
  await sendReviewed(page);
  return path(page).split('/').pop();
}

// Opens an account of a currency, by the line of the products that offers it.
export async function openAccount(page, asset) {
  await page.goto('/products');
  await page.locator(`main a[href="/products/open?asset=${asset}"]`).click();
  await arrived(page, '/products/open');
  await submit(page).click();
  await arrived(page, /^\/accounts\/[^/]+$/);
}

// A tap closes the short messages at the top, which cover what is below them for a while.
export async function closeToasts(page) {
  const toasts = page.locator('#toasts > *');
  while ((await toasts.count()) > 0) await toasts.first().click();
}

export async function setLanguage(page, lang) {
  await page.locator(`button[name="_lang"][value="${lang}"]`).first().click();
  await page.locator(`html[lang^="${lang}"]:not([data-loading])`).waitFor({ state: 'attached' });
}

// Goes through the page with the Tab key until the control has the focus.
export async function tabTo(page, control, presses = 60) {
  for (let press = 0; press < presses; press += 1) {
    if (await control.evaluate((e) => e === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('the Tab key does not reach the control');
}
