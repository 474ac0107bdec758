// What the pages of every door add in a browser: a form is sent once, small choices act at once,
// values are copied and shared. Everything works without it but copying.
(() => {
  'use strict';

  const root = document.documentElement;
  const find = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const on = (name, act, options) => document.addEventListener(name, act, options);
  const show = (id, visible) => {
    const element = document.getElementById(id);
    if (element) element.hidden = !visible;
  };

  // A live region speaks when its text changes, so the same words must first be taken away.
  const say = (text) => {
    const region = find('#say');
    if (!region || !text) return;
    region.textContent = '';
    setTimeout(() => { region.textContent = text; }, 50);
  };

  // ---- Forms: one at a time, small choices at once ----

  const HOLD_MS = 30_000;
  const busy = (form) => form.getAttribute('aria-busy') === 'true';

  const hold = (form, button) => {
    form.setAttribute('aria-busy', 'true');
    // The value of a disabled button is not sent, so it is disabled after the form was read.
    setTimeout(() => {
      if (!busy(form) || !button) return;
      button.dataset.held = document.activeElement === button ? 'focus' : '';
      button.setAttribute('aria-busy', 'true');
      button.disabled = true;
    });
    setTimeout(() => release(form), HOLD_MS);
  };

  const release = (form) => {
    if (!form?.matches?.('[aria-busy]')) return;
    form.removeAttribute('aria-busy');
    for (const button of all('[data-held]', form)) {
      button.disabled = false;
      button.removeAttribute('aria-busy');
      if (button.dataset.held) button.focus({ preventScroll: true });
      delete button.dataset.held;
    }
  };

  const paint = (name, value) => {
    root.dataset[name] = value;
    for (const button of all(`form[data-set="${name}"] button[aria-pressed]`)) {
      button.setAttribute('aria-pressed', String(button.value === value));
    }
    if (name !== 'theme') return;
    for (const meta of all('meta[name="theme-color"][data-theme]')) {
      const own = meta.dataset.theme;
      const always = value === own ? 'all' : 'not all';
      meta.media = value === 'auto' ? `(prefers-color-scheme: ${own})` : always;
    }
  };

  // A form with data-set changes one attribute of the document (theme, hidden balances) at
  // once and tells the server behind it. Without scripts the same form loads a page.
  const choose = (form, button) => {
    const name = form.dataset.set;
    const before = root.dataset[name];
    const body = new URLSearchParams(new FormData(form, button));
    paint(name, button.value);
    if (button.checkVisibility && !button.checkVisibility()) {
      all('button', form).find((other) => other.checkVisibility())?.focus();
    }
    fetch(form.getAttribute('action'), {
      method: 'POST', body, redirect: 'manual', keepalive: true,
    }).then((answer) => {
      if (!answer.ok && answer.type !== 'opaqueredirect') throw new Error(answer.status);
    }).catch(() => {
      paint(name, before);
      show('trouble', true);
    });
  };

  // Whoever sent a form in place of the browser says when the answer is there.
  on('okto:release', (event) => release(event.target));

  on('submit', (event) => {
    const form = event.target;
    const button = event.submitter;
    const stop = () => {
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    if (busy(form)) return stop();
    if (form.dataset.set && button) {
      stop();
      return choose(form, button);
    }
    if (form.method !== 'post') return;
    hold(form, button);
    // The browser itself sends what changes the document: a language, a sign-out.
    if (button?.hasAttribute('data-full')) event.stopImmediatePropagation();
  }, true);

  // ---- Copy, share, print ----

  const confirmed = (button) => {
    const label = find('[data-label]', button);
    const words = label?.textContent;
    say(button.dataset.done);
    if (button.dataset.state) return;
    button.dataset.state = 'done';
    if (label && button.dataset.done) label.textContent = button.dataset.done;
    setTimeout(() => {
      delete button.dataset.state;
      if (label) label.textContent = words;
    }, 2000);
  };

  const copy = (button, text) => navigator.clipboard?.writeText(text)
    .then(() => confirmed(button), () => {});

  const share = async (button) => {
    const { share: address, shareText: text, title } = button.dataset;
    const url = address === undefined ? undefined : new URL(address, location.href).href;
    if (!navigator.share) return copy(button, text ?? url);
    try {
      await navigator.share({ title, text, url });
    } catch (error) {
      // A person who closed the sheet did not want it copied either.
      if (error.name !== 'AbortError') await copy(button, text ?? url);
    }
  };

  on('click', (event) => {
    const button =
      event.target.closest?.('[data-copy],[data-share],[data-share-text],[data-print]');
    if (!button) return;
    if ('copy' in button.dataset) copy(button, button.dataset.copy);
    else if ('print' in button.dataset) window.print();
    else share(button);
  });
})();
