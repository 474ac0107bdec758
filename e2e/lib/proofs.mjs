// What customers prove themselves with, besides a password: passkeys kept by the browser's virtual
// authenticator, the codes of a program, messages to a mailbox.

import { createHmac } from 'node:crypto';

import { SANDBOX, until } from './bank.mjs';

export const PIN = '482913';

// A browser of its own in which passkeys work as on a phone with a fingerprint reader.
export async function authenticator({ page, context }, options = {}) {
  const cdp = await context.newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
      ...options,
    },
  });
  return {
    credentials: async () =>
      (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
    verified: (isUserVerified) =>
      cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
    presence: (enabled) =>
      cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled }),
  };
}

// From here on a script of somebody else's is in the page, which asks the authenticator for other
// than the bank wants: not to verify who uses it, or to sign with that passkey. With neither, it is
// gone. What the browser offers by itself stays as it is.
export const asksFor = (page, wanted = {}) =>
  page.evaluate(({ unverified, credential }) => {
    delete navigator.credentials.get;
    const asked = navigator.credentials.get.bind(navigator.credentials);
    const changed = {};
    if (unverified) changed.userVerification = 'discouraged';
    if (credential) {
      const id = Uint8Array.from(atob(credential), (c) => c.charCodeAt(0));
      changed.allowCredentials = [{ type: 'public-key', id }];
    }
    if (Object.keys(changed).length === 0) return;
    navigator.credentials.get = ({ publicKey, ...rest }) =>
      asked(rest.mediation ? { ...rest, publicKey } : { publicKey: { ...publicKey, ...changed } });
  }, wanted);

const STEP_SECONDS = 30;

// The code that an authenticator app shows (RFC 6238), so many steps from now.
export function totp(secret, stepsLater = 0) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret].map((c) => alphabet.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 1000 / STEP_SECONDS) + stepsLater));
  const tag = createHmac('sha1', key).update(step).digest();
  const number = tag.readUInt32BE(tag.at(-1) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

// The newest letter to a mailbox of which `what` finds something.
export const fromMail = (email, what) =>
  until(`mail to ${email}`, async () => {
    const answer = await fetch(`${SANDBOX}/messages?email=${encodeURIComponent(email)}`);
    const letters = await answer.json();
    return letters.map(({ text }) => what.exec(text)?.[0]).find(Boolean);
  });

// A personal number whose check digit is right, of somebody born on a day.
export function personalNumber(born) {
  const [year, month, day] = born.split('-');
  const digits = `4${day}${month}${year.slice(2)}123456`;
  const sum = [...digits].reduce((all, digit, n) => all + Number(digit) * [7, 3, 1][n % 3], 0);
  return `${digits}${sum % 10}`;
}
