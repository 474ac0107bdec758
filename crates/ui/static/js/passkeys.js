// Passkeys, for customers and for staff. A form with data-passkey="get" or "create" is sent only
// with what the authenticator answered:
//
//   data-options              the address that gives the challenge: the form is posted there first,
//                             and the answer is JSON: { challenge, options: { publicKey } }
//   input challenge, answer   hidden fields of the form that this fills in
//   [data-passkey-problem]    where this says why nothing was sent, in the words of
//   data-unsupported          "this browser has no passkeys",
//   data-cancelled            "nothing was confirmed",
//   data-failed               "the bank was not reached".
//   data-passkey-offered      passkeys are also offered in the field whose autocomplete ends in
//                             "webauthn", where the browser can do that.
//
// The bank's own refusal of a challenge comes as { message } and is shown as it is.
(() => {
  'use strict';

  const bytes = (text) => {
    const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    return Uint8Array.from(plain, (c) => c.charCodeAt(0));
  };
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');

  // Browsers of the last years read and write this form themselves (WebAuthn, level 3).
  const optionsOf = (kind, json) => {
    const own = kind === 'create' ? 'parseCreationOptionsFromJSON' : 'parseRequestOptionsFromJSON';
    if (PublicKeyCredential[own]) return PublicKeyCredential[own](json);
    const named = (list) => list?.map((known) => ({ ...known, id: bytes(known.id) }));
    const options = { ...json, challenge: bytes(json.challenge) };
    if (json.user) options.user = { ...json.user, id: bytes(json.user.id) };
    if (json.allowCredentials) options.allowCredentials = named(json.allowCredentials);
    if (json.excludeCredentials) options.excludeCredentials = named(json.excludeCredentials);
    return options;
  };

  const answerOf = (credential) => {
    if (credential.toJSON) return credential.toJSON();
    const { response } = credential;
    const parts = [
      'clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle',
    ].filter((name) => response[name]).map((name) => [name, text(response[name])]);
    return {
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      response: Object.fromEntries(parts),
      clientExtensionResults: credential.getClientExtensionResults(),
    };
  };

  const asked = async (form, button) => {
    const body = new URLSearchParams(new FormData(form, button));
    const reply = await fetch(form.dataset.options, {
      method: 'POST', body, redirect: 'error', headers: { Accept: 'application/json' },
    });
    const json = await reply.json();
    if (!reply.ok) throw Object.assign(new Error(json.message), { told: json.message });
    return json;
  };

  const said = async (form, button) => {
    const kind = form.dataset.passkey;
    // A browser asks for one passkey at a time.
    withdraw();
    const { challenge, options } = await asked(form, button);
    const publicKey = optionsOf(kind, options.publicKey);
    const credential = await navigator.credentials[kind]({ publicKey });
    fill(form, challenge, credential);
  };

  const fill = (form, challenge, credential) => {
    form.elements.challenge.value = challenge;
    form.elements.answer.value = JSON.stringify(answerOf(credential));
  };

  // ---- Passkeys among what the browser offers to fill in ----

  // A challenge is good for five minutes, and a page is left open for longer.
  const OFFER_MS = 240_000;
  let standing = null;

  const withdraw = () => {
    standing?.abort();
    standing = null;
  };

  const offer = async () => {
    const form = document.querySelector('form[data-passkey-offered]');
    if (form && standing?.form === form) return;
    withdraw();
    if (!form || !window.PublicKeyCredential?.isConditionalMediationAvailable) return;
    const mine = Object.assign(new AbortController(), { form });
    standing = mine;
    try {
      if (!await PublicKeyCredential.isConditionalMediationAvailable()) return;
      const { challenge, options } = await asked(form);
      if (mine.signal.aborted) return;
      setTimeout(() => { if (standing === mine) { withdraw(); offer(); } }, OFFER_MS);
      const credential = await navigator.credentials.get({
        publicKey: optionsOf('get', options.publicKey),
        mediation: 'conditional',
        signal: mine.signal,
      });
      fill(form, challenge, credential);
      form.dataset.answered = '';
      form.requestSubmit();
    } catch {
      // Withdrawn, or not to be had just now: there is a button as well.
    }
  };

  document.addEventListener('DOMContentLoaded', offer);
  document.addEventListener('htmx:after:settle', offer);

  const tell = (form, words) => {
    const place = form.querySelector('[data-passkey-problem]');
    if (!place) return;
    (place.querySelector('[data-label]') ?? place).textContent = words;
    place.hidden = false;
  };

  const problem = (error, { dataset }) => {
    if (error.told) return error.told;
    // The person said no, let the time run out, or this device has no such passkey: browsers do
    // not tell which.
    return error instanceof DOMException ? dataset.cancelled : dataset.failed;
  };

  const confirm = async (form, button) => {
    const place = form.querySelector('[data-passkey-problem]');
    if (place) place.hidden = true;
    if (!window.PublicKeyCredential) {
      form.dispatchEvent(new Event('okto:release', { bubbles: true }));
      return tell(form, form.dataset.unsupported);
    }
    try {
      await said(form, button);
    } catch (error) {
      form.dispatchEvent(new Event('okto:release', { bubbles: true }));
      return tell(form, problem(error, form));
    }
    form.dispatchEvent(new Event('okto:release', { bubbles: true }));
    form.dataset.answered = '';
    form.requestSubmit(button);
  };

  // Before whatever sends forms, and after the listener that lets each be sent once.
  document.addEventListener('submit', (event) => {
    const form = event.target;
    const button = event.submitter;
    if (!form.dataset.passkey || button?.hasAttribute('data-full')) return;
    if ('answered' in form.dataset) {
      delete form.dataset.answered;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    confirm(form, button);
  }, true);
})();
