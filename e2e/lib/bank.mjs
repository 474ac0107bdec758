// The bank under test, from outside the browser: its addresses, the API, the desk, the messages
// that it sent. bin/e2e starts it.

import { execFile } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

function given(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: start the tests with bin/e2e`);
  return value;
}

export const WEB = given('OKTO_E2E_WEB');
export const API = given('OKTO_E2E_API');
export const SANDBOX = given('OKTO_E2E_SANDBOX');
export const DIR = given('OKTO_E2E_DIR');
export const PROGRAM = given('OKTO_E2E_PROGRAM');

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// Asks until there is an answer, for what happens a little later.
export async function until(what, ask, timeoutMs = 15_000) {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`waited ${timeoutMs} ms for ${what}`);
    await sleep(100);
  }
}

// An address of the block kept for documentation (RFC 3849), so that what one test does to the
// limits per address is no concern of the next.
export function newAddress() {
  const [a, b, c] = [randomBytes(2), randomBytes(2), randomBytes(2)].map((x) => x.toString('hex'));
  return `2001:db8:${a}:${b}::${c}`;
}

// A number of a block that no operator has given out; the demo customers have the lowest.
export const newPhone = () => `+99890${String(randomInt(1_000, 10_000_000)).padStart(7, '0')}`;

export const newPassword = () => `anor-${randomBytes(9).toString('base64url')}-Daryo`;

export async function demoLogins() {
  return JSON.parse(await readFile(join(DIR, 'demo-logins.json'), 'utf8'));
}

// The codes that were sent to a phone, the newest first.
export async function smsCodes(phone) {
  const answer = await fetch(`${SANDBOX}/messages?phone=${phone.replace(/\D/g, '')}`);
  const codes = (await answer.json()).map((m) => /(?<!\d)\d{6}(?!\d)/.exec(m.text)?.[0]);
  return codes.filter(Boolean);
}

// The code of the newest message to a phone that is not one of `seen`.
export async function smsCode(phone, seen = []) {
  return until(`a code for ${phone}`, async () => {
    const [newest] = await smsCodes(phone);
    return newest && !seen.includes(newest) ? newest : undefined;
  });
}

// The newest message to a phone.
export async function smsText(phone) {
  const answer = await fetch(`${SANDBOX}/messages?phone=${phone.replace(/\D/g, '')}`);
  return (await answer.json())[0]?.text ?? '';
}

// One request of the API. `signedIn` is what signUp or signIn gave.
export async function api(method, path, { signedIn, body, key, address, lang } = {}) {
  const headers = { 'X-Forwarded-For': address ?? signedIn?.address ?? newAddress() };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (signedIn) headers.Authorization = `Bearer ${signedIn.token}`;
  if (key) headers['Idempotency-Key'] = key;
  if (lang) headers['Accept-Language'] = lang;
  const init = { method, headers, body: body === undefined ? undefined : JSON.stringify(body) };
  const answer = await fetch(`${API}${path}`, init);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : undefined;
}

// A version 7 UUID: what the API takes as a key.
export function newKey() {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [0, 8, 12, 16, 20].map((at, n) => hex.slice(at, [8, 12, 16, 20, 32][n])).join('-');
}

const FIRST_NAMES = ['Zarina', 'Dilnoza', 'Rustam', 'Kamola', 'Sardor', 'Aziza'];

// A customer made through the API, with accounts and money. A test that does not test the sign-up
// begins with this.
export async function newCustomer({ lang = 'uz', uzs = '500000', usd } = {}) {
  const phone = newPhone();
  const password = newPassword();
  const address = newAddress();
  const started = await api('POST', '/v1/sign-up', { body: { phone }, address, lang });
  const code = await smsCode(phone);
  const { ticket } = await api('POST', '/v1/sign-up/verify', {
    body: { challenge_id: started.challenge_id, code },
    address,
  });
  const firstName = FIRST_NAMES[randomInt(FIRST_NAMES.length)];
  const { tokens } = await api('POST', '/v1/sign-up/complete', {
    body: {
      ticket,
      password,
      first_name: firstName,
      last_name: 'Aliyeva',
      birth_date: '1994-03-21',
      language: lang,
    },
    address,
  });
  const customer = {
    phone,
    password,
    address,
    lang,
    firstName,
    token: tokens.access_token,
    accounts: [],
  };
  for (const [asset, amount] of [
    ['UZS', uzs],
    ['USD', usd],
  ]) {
    if (amount === undefined) continue;
    const account = await openAccount(customer, asset);
    if (Number(amount) > 0) await cashIn(account.number, amount, asset);
    customer.accounts.push(account);
  }
  return customer;
}

export const openAccount = (signedIn, asset) =>
  api('POST', '/v1/accounts', { signedIn, body: { asset }, key: newKey() });

export const accounts = async (signedIn) => (await api('GET', '/v1/accounts', { signedIn })).items;

export const operations = async (signedIn, query = '') =>
  (await api('GET', `/v1/operations${query}`, { signedIn })).items;

export async function transfer(signedIn, from, phone, amount, note) {
  const quote = await api('POST', '/v1/transfers/preview', {
    signedIn,
    body: { from_account_id: from, to: { phone }, amount: { value: amount, asset: 'UZS' }, note },
  });
  const confirmation_id = quote.confirmation
    ? await confirmation(signedIn, quote.quote)
    : undefined;
  return api('POST', '/v1/transfers', {
    signedIn,
    body: { quote: quote.quote, confirmation_id },
    key: quote.operation_key,
  });
}

// Confirms a transfer by the code that is sent for it. Gives the name of the confirmation.
async function confirmation(signedIn, quote) {
  const seen = await smsCodes(signedIn.phone);
  const asked = await api('POST', '/v1/transfers/confirmation', { signedIn, body: { quote } });
  const answer = { method: 'sms', code: await smsCode(signedIn.phone, seen) };
  const path = `/v1/confirmations/${asked.challenge_id}/answer`;
  await api('POST', path, { signedIn, body: { answer } });
  return asked.challenge_id;
}

// A new access token, for tests longer than one lives; the session of the browser is another one.
export async function signIn({ phone, password, address = newAddress() }) {
  const seen = await smsCodes(phone);
  let tokens = await api('POST', '/v1/sign-in', { body: { phone, password }, address });
  if (!tokens.access_token) {
    const answer = { method: 'sms', code: await smsCode(phone, seen) };
    tokens = await api('POST', `/v1/sign-in/${tokens.challenge_id}/answer`, {
      body: { challenge_token: tokens.challenge_token, answer },
      address,
    });
  }
  return { phone, password, address, token: tokens.access_token };
}

const ENVIRONMENT = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => name !== 'DATABASE_URL'),
);

async function okto(...args) {
  const { stdout } = await run(PROGRAM, args, { env: ENVIRONMENT, timeout: 30_000 });
  return stdout;
}

// Cash at the desk.
export const cashIn = (number, amount, asset = 'UZS', note) =>
  okto(
    'cash-in',
    '--dir',
    DIR,
    '--root-key-file',
    join(DIR, 'root-key'),
    '--account',
    number,
    '--amount',
    amount,
    '--asset',
    asset,
    ...(note ? ['--note', note] : []),
  );

// An employee whom the operator takes in. Gives the link that makes their first passkey.
export async function addEmployee({ name, email, roles }) {
  const said = await okto(
    'staff',
    '--dir',
    DIR,
    '--root-key-file',
    join(DIR, 'root-key'),
    'invite',
    '--name',
    name,
    '--email',
    email,
    '--admin-site',
    process.env.OKTO_E2E_ADMIN,
    ...roles.flatMap((role) => ['--role', role]),
  );
  return { link: /http\S+\/enrol\/\S+/.exec(said)[0], email };
}

// Whether the books agree with themselves.
export const verify = () => okto('verify', '--dir', DIR, '--root-key-file', join(DIR, 'root-key'));

export async function pdfText(file) {
  const { stdout } = await run('pdftotext', ['-layout', file, '-'], { timeout: 30_000 });
  return stdout;
}

// Half a day passes for the recovery codes of everybody: what was just set up proves no reset.
export async function codesSettle() {
  const url = (await readFile(join(DIR, 'database-url'), 'utf8')).trim();
  const settle = "UPDATE auth_recovery_code SET created_at = created_at - interval '13 hours'";
  await run('psql', ['--no-psqlrc', '--quiet', '--command', settle, url], { timeout: 30_000 });
}
