// Every page of the app with real addresses, for the tests that look at each of them. The list is
// held against the routes of the sources: a page that is missing here fails the tests.

import * as bank from './bank.mjs';
import * as app from './app.mjs';
import { isForMachines, routes } from './routes.mjs';

// Where one can be before one is signed in. The two pages behind the first step of the sign-up are
// reached by doing it.
const PUBLIC = ['/welcome', '/sign-in', '/sign-up', '/help', '/verify', '/offline'];

// What only leads on to another page.
const LEADS_ON = ['/sign-up/code/again'];

// Files and what leads on: a crawl asks for them, but they are no screens.
export const isPage = (pattern) =>
  !isForMachines(pattern) && !/\.(csv|xlsx|pdf)$/.test(pattern) && !LEADS_ON.includes(pattern);

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

// The pages, each with the pattern of its route. `page` is signed in as `customer`.
export async function places(page, customer) {
  const code = await issueStatement(page, customer.sum.account_id);
  const review = await reviewAddress(page, customer);
  const account = `/accounts/${customer.sum.account_id}`;
  return [
    ['/', '/'],
    ['/accounts/{id}', account],
    ['/accounts/{id}/name', `${account}/name`],
    ['/accounts/{id}/requisites', `${account}/requisites`],
    ['/accounts/{id}/statement', `${account}/statement`],
    ['/documents/{code}', `/documents/${code}`],
    ['/pay', '/pay'],
    ['/pay/review', review],
    ['/operations/{id}', `/operations/${customer.operation}`],
    ['/activity', '/activity'],
    ['/products', '/products'],
    ['/products/open', '/products/open'],
    ['/help', '/help'],
    ['/help/{topic}', await firstTopic(page)],
    ['/profile', '/profile'],
    ['/profile/name', '/profile/name'],
    ['/verify', '/verify'],
    ['/verify/{code}', `/verify/${code}`],
    ['/offline', '/offline'],
    ['/design', '/design'],
  ].map(([pattern, path]) => ({ pattern, path }));
}

export const publicPlaces = () => PUBLIC.map((pattern) => ({ pattern, path: pattern }));

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
