// Every page of the app with real addresses, for the tests that look at each of them. The list is
// held against the routes of the sources: a page that is missing here fails the tests.

import * as bank from './bank.mjs';
import * as app from './app.mjs';
import { isForMachines, routes } from './routes.mjs';

// Where one can be before one is signed in. The two pages behind the first step of the sign-up are
// reached by doing it.
const PUBLIC = [
  '/welcome',
  '/sign-in',
  '/sign-up',
  '/help',
  '/verify',
  '/offline',
  '/reset',
  '/reset/branch',
  '/frozen',
];

// What only leads on to another page.
export const LEADS_ON = [
  '/sign-up/code/again',
  '/sign-in/passkey',
  '/sign-in/second/code',
  '/reset/code/again',
  '/pay/confirm/code',
  '/security/confirm/start',
  '/security/confirm/code',
  '/security/authenticator/confirm',
];
// What the flows reach, each with what it needs: a passkey, a code that was sent, a proof.
const IN_FLOWS = [
  '/security/confirm',
  '/security/passkeys/{id}',
  '/security/contacts/{contact}/code',
  '/reset/password',
];

// Files and what leads on: a crawl asks for them, but they are no screens.
export const isPage = (pattern) =>
  !isForMachines(pattern) &&
  !/\.(csv|xlsx|pdf)$/.test(pattern) &&
  ![...LEADS_ON, ...IN_FLOWS].includes(pattern);

// A customer with something on every screen, and the things that addresses name.
export async function furnished(options = {}) {
  const customer = await bank.newCustomer({ uzs: '2500000', usd: '120', ...options });
  const [sum, dollars] = customer.accounts;
  const friend = await bank.newCustomer({ lang: options.lang, uzs: '300000' });
  const sent = await bank.transfer(customer, sum.account_id, friend.phone, '184500.00', '2026/11');
  await bank.transfer(friend, friend.accounts[0].account_id, customer.phone, '42000.50', '42');
  return { ...customer, sum, dollars, friend, operation: sent.operation_id };
}

// Makes a statement through its form and gives the code of the document.
export async function issueStatement(page, account) {
  await page.goto(`/accounts/${account}/statement`);
  await app.submit(page).click();
  await app.arrived(page, /^\/documents\/[^/]+$/);
  return new URL(page.url()).pathname.split('/').pop();
}

// The page that shows what a payment would do, and its address.
export async function reviewAddress(page, customer) {
  await app.toReview(page, { to: customer.friend.phone, amount: '1500' });
  const url = new URL(page.url());
  return url.pathname + url.search;
}

// The receipt of an exchange, and the page that shows what another one would come to. Its rate is
// promised for a minute, so it is to be looked at first.
async function exchangeAddresses(page) {
  await app.toExchange(page, { amount: '12' });
  await app.submit(page).click();
  await app.arrived(page, /^\/operations\/[^/]+$/);
  const receipt = new URL(page.url()).pathname;
  await app.toExchange(page, { amount: '7' });
  const url = new URL(page.url());
  return { receipt, review: url.pathname + url.search };
}

// The pages, each with the pattern of its route. `page` is signed in as `customer`.
export async function places(page, customer) {
  const code = await issueStatement(page, customer.sum.account_id);
  const review = await reviewAddress(page, customer);
  const topic = await firstTopic(page);
  const device = await firstOf(page, '/security/devices');
  const session = await firstOf(page, '/security/sessions');
  const limit = await firstOf(page, '/limits', 'main');
  const exchange = await exchangeAddresses(page);
  const account = `/accounts/${customer.sum.account_id}`;
  return [
    ['/exchange/review', exchange.review],
    ['/exchange', '/exchange'],
    ['/rates', '/rates'],
    ['/rates/{currency}', '/rates/USD'],
    ['/limits', '/limits'],
    ['/limits/{name}', limit],
    ['/', '/'],
    ['/accounts/{id}', account],
    ['/accounts/{id}/name', `${account}/name`],
    ['/accounts/{id}/requisites', `${account}/requisites`],
    ['/accounts/{id}/statement', `${account}/statement`],
    ['/documents/{code}', `/documents/${code}`],
    ['/pay', '/pay'],
    ['/pay/review', review],
    ['/operations/{id}', `/operations/${customer.operation}`],
    ['/operations/{id}', exchange.receipt],
    ['/activity', '/activity'],
    ['/products', '/products'],
    ['/products/open', '/products/open'],
    ['/help', '/help'],
    ['/help/{topic}', topic],
    ['/profile', '/profile'],
    ['/profile/name', '/profile/name'],
    ['/security', '/security'],
    ['/security/passkeys', '/security/passkeys'],
    ['/security/authenticator', '/security/authenticator'],
    ['/security/recovery-codes', '/security/recovery-codes'],
    ['/security/pin', '/security/pin'],
    ['/security/devices', '/security/devices'],
    ['/security/devices/{id}', device],
    ['/security/sessions', '/security/sessions'],
    ['/security/sessions/{id}', session],
    ['/security/password', '/security/password'],
    ['/security/contacts/{contact}', '/security/contacts/email'],
    ['/security/document', '/security/document'],
    ['/security/events', '/security/events'],
    ['/security/freeze', '/security/freeze'],
    ['/not-me/{alarm}', '/not-me/x'],
    ['/verify', '/verify'],
    ['/verify/{code}', `/verify/${code}`],
    ['/offline', '/offline'],
    ['/design', '/design'],
  ].map(([pattern, path]) => ({ pattern, path }));
}

export const publicPlaces = () => PUBLIC.map((pattern) => ({ pattern, path: pattern }));

// The first thing of a list.
async function firstOf(page, list, within = 'main .list') {
  await page.goto(list);
  return page.locator(`${within} a[href^="${list}/"]`).first().getAttribute('href');
}

async function firstTopic(page) {
  await page.goto('/help');
  return page.locator('main a[href^="/help/"]').first().getAttribute('href');
}

// The pages of the sources that a list does not have.
export function missing(list) {
  const known = new Set(list.map(({ pattern }) => pattern.replace(/\{\w+\}/g, '{}')));
  return routes()
    .filter((r) => r.method === 'GET' && isPage(r.pattern))
    .map((r) => r.pattern)
    .filter((pattern) => !known.has(pattern.replace(/\{\w+\}/g, '{}')));
}

// The sign-up, stopped before each of its steps: `look` is called on the page.
export async function signUpSteps(page, look) {
  const phone = bank.newPhone();
  await page.goto('/sign-up');
  await app.send(page, { phone });
  await app.arrived(page, '/sign-up/code');
  await look('/sign-up/code');
  await app.send(page, { code: await bank.smsCode(phone) });
  await app.arrived(page, '/sign-up/you');
  await look('/sign-up/you');
}

// What stands between the password and the first page on a browser that the bank does not know, and
// the PIN on one that it knows; then how somebody comes back who cannot sign in.
export async function proofSteps(page, customer, look) {
  await page.goto('/sign-in?with=password');
  const codes = await app.password(page, customer);
  await look('/sign-in/second');
  await app.second(page, customer, { codes });
  await page.goto('/security/pin');
  await app.send(page, { pin: '482913', pin_again: '482913' });
  await app.arrived(page, '/security');
  await app.signOut(page);
  await page.goto('/sign-in');
  await app.arrived(page, '/sign-in/pin');
  await look('/sign-in/pin');

  // From elsewhere: the bank sends one code a minute to a phone for one place.
  await page.context().setExtraHTTPHeaders({ 'X-Forwarded-For': bank.newAddress() });
  await page.goto('/reset');
  const seen = await bank.smsCodes(customer.phone);
  await app.send(page, { phone: customer.phone });
  await app.arrived(page, '/reset/code');
  await look('/reset/code');
  await app.send(page, { code: await bank.smsCode(customer.phone, seen) });
  await app.arrived(page, '/reset/proof');
  await look('/reset/proof');
  await page.goto('/reset/proof?by=document');
  await look('/reset/proof, document');
}

// The proof of a payment, and what is shown once: the secret of a program, recovery codes.
export async function shownOnce(page, customer, look) {
  const stranger = await bank.newCustomer({ uzs: '0' });
  await app.toReview(page, { to: stranger.phone, amount: '650000' });
  await look('/pay/review, new payee');
  await app.submit(page).click();
  await app.arrived(page, '/pay/confirm');
  await look('/pay/confirm');
  await page.goto('/security/authenticator');
  const begin = page.locator('main form[action="/security/authenticator"] button');
  if (await begin.count()) {
    await begin.click();
    await app.field(page, 'code').waitFor();
    await look('/security/authenticator, QR');
  }
  await page.goto('/security/recovery-codes');
  const make = page.locator('main form[action="/security/recovery-codes"] button');
  if (await make.count()) {
    await make.click();
    await page.locator('.codes li').first().waitFor();
    await look('/security/recovery-codes, new');
  }
}
