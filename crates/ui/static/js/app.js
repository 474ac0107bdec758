// What the browser adds to the phone app, whose pages already work without scripts. One file, no
// build. It is served after htmx and common.js in the same response, so both are there when this
// runs. Under the page's content security policy nothing here may turn text into markup: htmx does
// that, through its own Trusted Types policy, and only with answers of this origin.
(() => {
  'use strict';

  const root = document.documentElement;
  const find = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const on = (name, act, options) => document.addEventListener(name, act, options);
  const here = () => location.pathname + location.search;
  const go = (url) => (url === location.href ? location.reload() : location.assign(url));
  const show = (id, visible) => {
    const element = document.getElementById(id);
    if (element) element.hidden = !visible;
  };

  // ---- Pages: boosted links and forms replace #page ----

  const isPage = (ctx) => ctx?.target?.id === 'page';
  const wasRead = ({ request, response }) =>
    request.method === 'GET' || response.raw.redirected;
  const shellOf = (text) => /\sdata-shell="([^"]*)"/.exec(text)?.[1];

  // An answer that is not a page of this app (a file, a proxy's own message) is left to the
  // browser when it can be asked for again, and is reported when it can not.
  const leave = (event, ctx) => {
    event.preventDefault();
    if (wasRead(ctx)) go(ctx.response.raw.url);
    else show('trouble', true);
  };

  on('htmx:config:request', ({ detail: { ctx } }) => {
    if (ctx.transition && matchMedia('(prefers-reduced-motion: reduce)').matches) {
      ctx.transition = false;
    }
  });

  let loading = 0;
  on('htmx:before:request', ({ detail: { ctx } }) => {
    if (!isPage(ctx)) return;
    ctx.counted = true;
    loading += 1;
    root.setAttribute('data-loading', '');
  });

  on('htmx:before:response', (event) => {
    const { ctx } = event.detail;
    const { headers, status } = ctx.response.raw;
    const html = headers.get('content-type')?.startsWith('text/html');
    if (!isPage(ctx) || status === 204) return;
    if (!html || headers.has('content-disposition')) leave(event, ctx);
  });

  // The shell names what a swap can not change: the build of the assets, the language of the
  // document and whose session it is. Where it differs, the browser loads the whole document.
  on('htmx:before:swap', (event) => {
    const { ctx } = event.detail;
    const page = find('#page');
    if (!page || !ctx.response || (!isPage(ctx) && !ctx.live)) return;
    const shell = shellOf(ctx.text);
    if (shell === undefined) leave(event, ctx);
    else if (shell !== page.dataset.shell && wasRead(ctx)) leave(event, ctx);
    else if (ctx.live && ctx.request.action !== here()) event.preventDefault();
    else if (isPage(ctx)) show('trouble', false);
  });

  // The address after a refused form stays the form's own: going back or reloading must never
  // ask for an address that only takes a POST. Asking for the same page adds no entry.
  on('htmx:before:history:update', (event) => {
    const { history, response } = event.detail;
    const raw = response?.raw;
    const posted = event.detail.sourceElement?.method === 'post' && !raw?.redirected;
    if (posted) event.preventDefault();
    else if (history.path === here()) history.type = 'replace';
  });

  // A new page is announced by its heading, a refused form by its list of errors.
  on('htmx:after:settle', ({ detail: { task, newContent } }) => {
    ready();
    if (task.type === 'main' && task.target?.id === 'page') {
      (find('[data-focus]', task.target) ?? find('h1', task.target))
        ?.focus({ preventScroll: true });
    }
    if (task.target?.id === 'toasts') {
      const words = newContent.filter((node) => node.nodeType === Node.ELEMENT_NODE);
      setTimeout(() => words.forEach((node) => node.remove()), 6_000);
    }
  });

  on('htmx:error', ({ detail: { ctx } }) => {
    if (!isPage(ctx)) return;
    // Going back has changed the address already; a page of another address must not stay.
    if (ctx.request.headers['HX-History-Restore-Request']) location.reload();
    else show('trouble', true);
  });

  on('htmx:finally:request', ({ detail: { ctx } }) => {
    if (ctx.counted) loading -= 1;
    if (!loading) root.removeAttribute('data-loading');
    if (ctx.sourceEvent?.type === 'submit') {
      ctx.request.form?.dispatchEvent(new Event('okto:release', { bubbles: true }));
    }
  });

  // A page kept in memory shows balances of its time, perhaps after a sign-out.
  addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); });

  // ---- Amounts and phone numbers, grouped while they are typed ----

  const GAP = '\u00a0';
  const groups = (digits, size) => digits.replace(new RegExp(`(.{${size}})(?=.)`, 'g'), `$1${GAP}`);
  const thousands = (digits) => digits.replace(/\B(?=(\d{3})+$)/g, GAP);

  // "1,234.50", "1.234,50" and "1 234,5" are all pasted by people. The last sign is the decimal
  // one, unless it is repeated or, in pasted text, stands before three digits.
  const amount = (field, pasted) => {
    const text = field.value.replace(/[^\d.,]/g, '');
    const signs = text.match(/[.,]/g) ?? [];
    const [, after] = /[.,](\d*)$/.exec(text) ?? [];
    const repeated = signs.length > 1 && signs.every((sign) => sign === signs[0]);
    const split = after !== undefined && !repeated && !(pasted && after.length === 3);
    const whole = (split ? text.slice(0, text.length - after.length - 1) : text)
      .replace(/\D/g, '').replace(/^0+(?=\d)/, '');
    const places = Number(field.dataset.amount) || 0;
    if (!split || !places) return thousands(whole);
    // Too many decimals stay as they were typed: the bank asks what was meant, nothing is cut off.
    return `${thousands(whole || '0')}${field.dataset.point ?? ','}${after}`;
  };

  // An account as statements write it: balance account, currency, key, client, order.
  const account = (digits) => [[0, 5], [5, 8], [8, 9], [9, 17], [17]]
    .map((part) => digits.slice(...part)).filter(Boolean).join(GAP);

  // A number of this country, whole or without its code, or a card or account in fours. Local
  // numbers may begin with 998 too, so the code is taken for one only when the number is long.
  const phone = (field) => {
    const text = field.value;
    if (/[^\d\s+()-]/.test(text)) return text;
    const digits = text.replace(/\D/g, '');
    const whole = text.trim().startsWith('+') || (digits.length > 9 && digits.startsWith('998'));
    if (digits.startsWith('202') && digits.length > 12) return account(digits);
    if (digits.length > 12) return groups(digits, 4);
    if (whole && !'998'.startsWith(digits.slice(0, 3))) return `+${digits}`;
    const local = (whole ? digits.slice(3) : digits);
    if (local.length > 9) return groups(digits, 4);
    const parts = [local.slice(0, 2), local.slice(2, 5), local.slice(5, 7), local.slice(7)];
    if (whole) parts.unshift(`+${digits.slice(0, 3)}`);
    return parts.filter(Boolean).join(GAP);
  };

  // The caret stays after as many digits as it stood after before.
  const regroup = (field, text) => {
    const old = field.value;
    if (text === old) return;
    const caret = field.selectionStart ?? old.length;
    let left = old.slice(0, caret).replace(/[^\d.,]/g, '').length;
    let at = 0;
    while (left > 0 && at < text.length) {
      if (/[\d.,]/.test(text[at])) left -= 1;
      at += 1;
    }
    if (caret === old.length) at = text.length;
    field.value = text;
    field.setSelectionRange(at, at);
  };

  // In the capturing phase, so that a request which starts while typing sends the same text.
  on('input', (event) => {
    const field = event.target;
    if (event.isComposing || !(field instanceof HTMLInputElement)) return;
    const pasted = /Paste|Drop/.test(event.inputType);
    if ('amount' in field.dataset) regroup(field, amount(field, pasted));
    else if ('phone' in field.dataset) regroup(field, phone(field));
  }, true);

  // ---- Passwords, shown while they are typed by whoever wants to see them ----

  const reveal = (button, shown) => {
    const field = document.getElementById(button.dataset.reveal);
    if (!field) return;
    field.type = shown ? 'text' : 'password';
    button.setAttribute('aria-pressed', String(shown));
    find('use', button)?.setAttribute('href',
      find('use', button).getAttribute('href').replace(/#.*/, shown ? '#eye-slash' : '#eye'));
  };

  on('click', (event) => {
    const button = event.target.closest?.('[data-reveal]');
    if (button) reveal(button, button.getAttribute('aria-pressed') !== 'true');
  });

  // What is sent is a password again: no browser is to remember it as a text.
  on('submit', (event) => {
    for (const button of all('[data-reveal]', event.target)) reveal(button, false);
  }, true);

  // ---- Install ----

  let installer = null;
  addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault();
    installer = event;
    ready();
  });
  addEventListener('appinstalled', () => {
    installer = null;
    ready();
  });

  on('click', (event) => {
    const button = event.target.closest?.('[data-install],[data-close]');
    if (!button) return;
    if ('install' in button.dataset) installer?.prompt();
    else button.closest('#toasts > *')?.remove();
  });

  // ---- Each time new markup arrives ----

  // "Code again in 60 s": the button works without scripts (the server refuses what is early);
  // with them it counts down. The end is a moment, not a count, so a sleep does not stretch it.
  const countdown = (button) => {
    const end = Date.now() + Number(button.dataset.wait) * 1000;
    const label = find('[data-label]', button) ?? button;
    const words = label.textContent;
    delete button.dataset.wait;
    button.disabled = true;
    const tick = () => {
      const left = Math.ceil((end - Date.now()) / 1000);
      if (left > 0) label.textContent = button.dataset.waitLabel.replace('{}', left);
      else {
        label.textContent = words;
        button.disabled = false;
        clearInterval(timer);
      }
    };
    const timer = setInterval(tick, 500);
    tick();
  };

  // "52 s": how long an offer holds. What comes after is the server's to say.
  const runOut = (place) => {
    const end = Date.now() + Number(place.dataset.left) * 1000;
    delete place.dataset.left;
    const tick = () => {
      const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
      place.textContent = place.dataset.leftLabel.replace('{}', left);
      if (left === 0 || !place.isConnected) clearInterval(timer);
    };
    const timer = setInterval(tick, 500);
    tick();
  };

  const ready = () => {
    all('[data-wait]').forEach(countdown);
    all('[data-left]').forEach(runOut);
    for (const button of all('[data-install]')) button.hidden = !installer;
    for (const button of all('[data-reveal]')) button.hidden = false;
    // Only Safari has this property; elsewhere the browser offers to install by itself.
    for (const hint of all('[data-install-ios]')) hint.hidden = navigator.standalone !== false;
  };

  // ---- Offline ----

  const online = () => {
    show('offline', !navigator.onLine);
    show('trouble', false);
  };
  addEventListener('online', online);
  addEventListener('offline', online);

  // ---- News: one stream for the life of the document ----

  // The stream only says that something changed; what changed is read from the page itself,
  // so nothing is lost when the device slept or the stream broke. The server counts requests
  // with HX-Live as watching, which does not prolong the session.
  const refresh = () => {
    const ids = all('#page [data-live][id]').map((part) => `#${CSS.escape(part.id)}:outerMorph`);
    if (!ids.length) return;
    htmx.ajax('GET', here(), {
      source: '#toasts', swap: 'none', selectOOB: ids.join(), live: true,
      headers: { 'HX-Live': 'true' },
    });
  };

  // The session is over, and what is shown must not stay. A form that is under way may be what
  // ended it, as a sign-out or a freeze: its answer says where to go.
  const end = (to) => {
    if (find('form[aria-busy="true"]')) return setTimeout(end, 1_000, to);
    // Whoever signs in again goes on where they were.
    const back = new URLSearchParams({ next: here(), ended: '1' });
    if (location.pathname !== to) location.assign(`${to}?${back}`);
  };

  const watch = (address) => {
    const QUIET_MS = 50_000;
    const LONGEST_MS = 60_000;
    let source = null;
    let heard = 0;
    let tries = 0;
    let again = 0;
    let known = false;

    const close = () => {
      clearTimeout(again);
      source?.close();
      source = null;
    };
    const retry = () => {
      close();
      const pause = Math.min(1000 * 2 ** tries, LONGEST_MS) * (0.5 + Math.random() / 2);
      tries += 1;
      again = setTimeout(open, pause);
    };
    const open = () => {
      close();
      if (document.hidden) return;
      heard = Date.now();
      source = new EventSource(address);
      source.onerror = retry;
      const hear = (name, act) => source.addEventListener(name, (event) => {
        heard = Date.now();
        act?.(event.data);
      });
      hear('hello', () => {
        tries = 0;
        if (known) refresh();
        known = true;
      });
      hear('beat');
      hear('changed', refresh);
      hear('toast', (text) => htmx.swap({ text, sourceElement: find('#toasts'), swap: 'none' }));
      hear('ended', (to) => {
        close();
        end(to);
      });
    };
    on('visibilitychange', () => (document.hidden ? close() : open()));
    addEventListener('online', open);
    // A connection may die without a word, most of all while the device sleeps.
    setInterval(() => { if (source && Date.now() - heard > QUIET_MS) open(); }, 10_000);
    open();
  };

  // Whoever types is there: the session must not end under their hands.
  let told = Date.now();
  on('input', () => {
    if (!document.body.dataset.events || Date.now() - told < 60_000) return;
    told = Date.now();
    fetch('/alive', { redirect: 'manual' }).catch(() => undefined);
  });

  // ---- Start ----

  if (document.body.dataset.events) watch(document.body.dataset.events);
  online();
  ready();
  // A form that was refused and came as a whole document: on with the field that is wrong.
  find('[data-focus]')?.focus();

  if ('serviceWorker' in navigator) {
    const script = '/sw.js';
    const policy = window.trustedTypes?.createPolicy('app', { createScriptURL: () => script });
    addEventListener('load', () => {
      navigator.serviceWorker.register(policy?.createScriptURL('') ?? script, {
        updateViaCache: 'none',
      }).catch(() => {}); // Private windows refuse it; the app works without.
    });
  }
})();
