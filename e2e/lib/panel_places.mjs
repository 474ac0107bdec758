// Every screen of the panel, with somebody in every role and something on each screen.

import * as bank from './bank.mjs';
import { inWindow } from './browser.mjs';
import * as panel from './panel.mjs';
import { routesOf } from './routes.mjs';

// Together they see every screen.
export const ROLES = ['support', 'compliance', 'security', 'administrator', 'accountant'];
let count = 0;

// A tariff with a fee, its tax and a share of it.
const TARIFF = {
  rules: [
    {
      name: 'rest',
      price: { model: 'percentage', percent: '0.5' },
      minimum: '500',
      rounding: { mode: 'half_up', to_minor: 100 },
      vat_percent: '12',
      shares: [{ party: 'scheme', percent: '40' }],
    },
  ],
};
// The id of nothing.
const NONE = '019adc0be8a87c11b9f4e1f2a0c55c41';
const BOOK = '/terms/tariff.transfer.internal';

// An employee who was let in by the operator, with the link that makes their first passkey.
export async function employee(roles, name) {
  count += 1;
  const called = name ?? `Nodira ${['Rahimova', 'Aliyeva', 'Karimova', 'Tosheva'][count % 4]}`;
  const email = `${Date.now().toString(36)}${count}@okto.example`;
  return { name: called, ...(await bank.addEmployee({ name: called, email, roles })) };
}

// A desk with an employee who may see everything, a customer with something to see, and proposals.
export async function furnishedPanel(browser, lang, look, options = {}) {
  const payer = await bank.newCustomer({ lang });
  // Another one of the same name, so that a search finds more than one; with nothing on the
  // account, so that they could leave.
  const other = await bank.newCustomer({ lang, uzs: '0' });
  // Whoever is frozen gets something back all the same.
  const friend = await bank.newCustomer({ lang, uzs: '0' });
  const [account] = payer.accounts;
  const sent = await bank.transfer(payer, account.account_id, friend.phone, '45000.00');
  const customer = { ...payer, operation: sent.operation_id };
  await inWindow(browser, panel.desk({ lang, ...options }), async (window) => {
    const { link } = await employee(ROLES);
    await panel.enrol(window.page, link);
    const fresh = await employee(['support'], 'Aziz Tursunov');
    await look({ ...window, customer, other, link: fresh.link });
  });
}

// The screens, each with the pattern of its route.
export async function panelPlaces(page, customer, other) {
  await page.goto('/');
  const leaving = await panel.findOne(page, other.phone);
  const person = await panel.findOne(page, customer.phone);
  await page.goto('/customers');
  await page.locator('main [name=q]').fill('Aliyeva');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\?s=/);
  const found = new URL(page.url());
  await page.goto(`${person}/freeze`);
  await page.locator('[name=reason]').fill('The customer says that the phone was stolen.');
  await page.locator('main form button[type=submit]').click();
  await panel.arrived(page, person);
  await page.goto(`${person}/limits`);
  const moved = page.locator('main [data-row]');
  // Where the bank moves none, the page of one that a law sets says so.
  const limit =
    (await moved.count()) > 0
      ? await moved.first().getAttribute('href')
      : `${person}/limits/transfer-at-once`;
  const proposal = await panel.propose(page, `${person}/unfreeze`, 'The phone was found.');
  const tariff = JSON.stringify(TARIFF, null, 2);
  const draft = await panel.keepDraft(page, `${BOOK}/draft`, tariff);
  const faulty = await panel.keepDraft(page, `${BOOK}/draft`, tariff.replace('40', '140'));
  await page.goto(BOOK);
  const editions = page.locator('main [data-row][href^="/terms/edition/"]');
  const edition = await editions.first().getAttribute('href');
  await page.goto('/cases');
  const matter = await page.locator('main [data-row]').first().getAttribute('href');
  await page.goto('/audit');
  const event = await page.locator('main [data-row]').first().getAttribute('href');
  await page.goto('/books');
  const days = page.locator('main a[href^="/books/days/"]');
  const day = (await days.count()) > 0 ? await days.first().getAttribute('href') : null;
  await page.goto('/staff');
  const colleague = await page.locator('main [data-row]').first().getAttribute('href');
  return [
    ['/', '/'],
    ['/customers', '/customers'],
    ['/customers', found.pathname + found.search],
    ['/customers/{id}', person],
    ['/customers/{id}/security', `${person}/security`],
    ['/customers/{id}/freeze', `${person}/freeze`],
    ['/customers/{id}/unfreeze', `${person}/unfreeze`],
    ['/customers/{id}/close', `${leaving}/close`],
    ['/customers/{id}/recover', `${leaving}/recover`],
    ['/customers/{id}/phone', `${leaving}/phone`],
    ['/customers/{id}/document', `${leaving}/document`],
    ['/customers/{id}/limits', `${leaving}/limits`],
    ['/customers/{id}/limits', `${person}/limits`],
    ['/customers/{id}/limits/{name}', limit],
    ['/customers/{id}/refund', `${leaving}/refund`],
    ['/customers/{id}/refund', `${person}/refund?of=${customer.operation}`],
    // Nobody is erased who has not left: the page says so.
    ['/customers/{id}/erase', `${leaving}/erase`],
    ['/cases', '/cases'],
    ['/cases', '/cases?list=closed'],
    ['/cases/{id}', matter],
    ['/approvals', '/approvals'],
    ['/approvals', '/approvals?list=own'],
    ['/approvals', '/approvals?list=history'],
    ['/approvals/{id}', proposal],
    ['/sessions/end-everyones', '/sessions/end-everyones'],
    ['/staff', '/staff'],
    ['/staff/{id}', colleague],
    ['/staff/{id}/roles', `${colleague}/roles`],
    ['/staff/{id}/suspend', `${colleague}/suspend`],
    ['/staff/{id}/link', `${colleague}/link`],
    // Nobody is reinstated who was not suspended: the page says so.
    ['/staff/{id}/reinstate', `${colleague}/reinstate`],
    ['/staff/invite', '/staff/invite'],
    ['/terms', '/terms'],
    ['/terms/{book}', BOOK],
    ['/terms/{book}/draft', '/terms/limits/draft'],
    ['/terms/draft/{id}', `${draft}?amount=100000&asset=UZS`],
    ['/terms/draft/{id}', faulty],
    ['/terms/draft/{id}/propose', `${draft}/propose`],
    ['/terms/edition/{id}', edition],
    // What holds already is not taken back: the page says so.
    ['/terms/edition/{id}/withdraw', `${edition}/withdraw`],
    ['/terms/draft/{id}', `${draft}?simulate=1`],
    ['/books', '/books'],
    ['/books/queue', '/books/queue'],
    // Nothing was refused: the pages say so.
    ['/books/queue/accounts', '/books/queue/accounts'],
    ['/books/queue/{id}/send', `/books/queue/doc_${NONE}/send`],
    ['/books/days', '/books/days'],
    ['/books/days/{day}', day ?? '/books/days/2020-01-01'],
    ['/books/breaks', '/books/breaks'],
    ['/books/breaks', '/books/breaks?list=resolved'],
    ['/books/breaks', '/books/breaks?list=runs'],
    // Nothing differs: the pages say so.
    ['/books/breaks/{id}', `/books/breaks/brk_${NONE}`],
    ['/books/breaks/{id}/resolve', `/books/breaks/brk_${NONE}/resolve`],
    ['/books/fees', '/books/fees'],
    ['/books/chart', '/books/chart'],
    ['/rates', '/rates'],
    ['/rates/{asset}', '/rates/USD'],
    ['/audit', '/audit'],
    ['/audit/{id}', event],
    ['/me', '/me'],
    ['/idle', '/idle?next=%2Fcustomers'],
    ['not found', '/nothing'],
  ].map(([pattern, path]) => ({ pattern, path }));
}

// What is there for scripts and the browser.
const MACHINES = ['/alive', '/csp-report'];

// The pages of the sources that a list does not have.
export function missingOfPanel(list) {
  const plain = (pattern) => pattern.replace(/\{\w+\}/g, '{}');
  const known = new Set(list.map(({ pattern }) => plain(pattern)));
  return routesOf(['admin'])
    .filter((r) => r.method === 'GET' && !MACHINES.includes(r.pattern))
    .map((r) => r.pattern)
    .filter((pattern) => !known.has(plain(pattern)));
}
