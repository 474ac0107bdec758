// What an employee does in the panel, step by step, at a desk. Their passkeys are kept by virtual
// authenticators of the browser's debugger: each employee sits at a browser window with one of
// their own.

import { desktop } from './browser.mjs';
import { newAddress } from './bank.mjs';

export const ADMIN = process.env.OKTO_E2E_ADMIN;

export const heading = (page) => page.getByRole('heading', { level: 1 });
export const main = (page) => page.locator('main');
export const path = (page) => new URL(page.url()).pathname;

// A desk with a wide screen.
export const desk = ({ width = 1280, height = 900, ...options } = {}) =>
  desktop({ viewport: { width, height }, baseURL: ADMIN, address: newAddress(), ...options });

// The authenticator of a window: a device that checks its user and always says yes.
export async function authenticator(page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    credentials: async () =>
      (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
    // Whether whoever sits there is who the device knows.
    verified: (isUserVerified) =>
      cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
    remove: () => cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId }),
  };
}

export async function arrived(page, wanted) {
  const matches = wanted instanceof RegExp ? (p) => wanted.test(p) : (p) => p === wanted;
  await page.waitForURL((url) => matches(url.pathname), { waitUntil: 'domcontentloaded' });
  await heading(page).first().waitFor();
}

// From the link that an employee was handed to their first passkey, with which they are let in.
export async function enrol(page, link) {
  const key = await authenticator(page);
  await page.goto(link);
  await page.locator('form[data-passkey=create] button[type=submit]').click();
  await arrived(page, '/sign-in');
  await page.locator('form[data-passkey=get] button[type=submit]').click();
  await arrived(page, '/');
  return key;
}

export async function signIn(page) {
  await page.goto('/sign-in');
  await page.locator('form[data-passkey=get] button[type=submit]').click();
  await arrived(page, '/');
}

export async function signOut(page) {
  await page.locator('form[action="/sign-out"] button').click();
  await arrived(page, '/sign-in');
}

// Searches as the bar of every page does.
export async function find(page, text) {
  await page.locator('.find input[name=q]').fill(text);
  await page.keyboard.press('Enter');
  await page.waitForLoadState('domcontentloaded');
}

export async function setLanguage(page, lang) {
  await page.locator(`button[name="_lang"][value="${lang}"]`).first().click();
  await page.locator(`html[lang^="${lang}"]`).waitFor({ state: 'attached' });
}

// Fills in why, and sends the page's own form.
export async function because(page, reason) {
  await page.locator('main [name=reason]').fill(reason);
  await page.locator('main form button[type=submit]').first().click();
}

// Makes the proposal of a form, which says beforehand what would change and who decides. Gives the
// path of it.
export async function propose(page, address, reason) {
  await page.goto(address);
  await page.locator('main .diff').waitFor();
  await because(page, reason);
  await arrived(page, /^\/approvals\/apv_/);
  return path(page);
}

// Approves a proposal with the passkey.
export async function approve(page, proposal) {
  await page.goto(proposal);
  await page.locator('.diff ins').first().waitFor();
  await page.locator('button[value=approve]').click();
  await page.locator('h1 .badge.good').waitFor();
}

// Keeps what a page of a draft says, or another text in its place. Gives the path of the draft.
export async function keepDraft(page, address, text) {
  await page.goto(address);
  // Of a tariff the document is folded away below the forms of its rules.
  const folded = page.locator('main details:not([open]):has([name=body]) > summary').first();
  if ((await folded.count()) > 0) await folded.click();
  if (text !== undefined) await page.locator('main [name=body]').fill(text);
  await page.locator('main #typed button[type=submit]').first().click();
  await page.waitForURL((url) => url.searchParams.has('saved'));
  await arrived(page, /^\/terms\/draft\/edn_/);
  return path(page);
}

// Proposes a draft from a moment on, in milliseconds of 1970. Gives the path of the proposal.
export async function proposeDraft(page, draft, from, reason) {
  await page.goto(draft);
  await page.locator('.head-actions a').click();
  await arrived(page, `${draft}/propose`);
  // Tashkent is five hours ahead all year.
  const [day, time] = new Date(from + 5 * 3_600_000).toISOString().split('T');
  await page.locator('main [name=day]').fill(day);
  await page.locator('main [name=time]').fill(time.slice(0, 5));
  await because(page, reason);
  await arrived(page, /^\/approvals\/apv_/);
  return path(page);
}

// Finds one customer by the phone. Gives the path of their page.
export async function findOne(page, phone) {
  await find(page, phone);
  await arrived(page, /^\/customers\/cus_/);
  return path(page);
}

// The lines of the audit log about a customer, by the filters of its page.
export async function audited(page, { subject, action, outcome = '' }) {
  const query = new URLSearchParams({ subject, action, outcome });
  await page.goto(`/audit?${query}`);
  return page.locator('main [data-row]').allInnerTexts();
}
