// What the browser adds to the panel of the staff, whose pages already work without scripts:
// the keyboard, whole rows to press, and the end of a session that nobody uses.
(() => {
  'use strict';

  const find = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const on = (name, act, options) => document.addEventListener(name, act, options);

  // A page kept in memory shows data of its time, perhaps after a sign-out.
  addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); });

  // ---- Keyboard ----
  // A link with data-key is followed, a field gets the focus; so does a button, which then waits
  // for Enter: nothing is ever changed by a single letter. "g" and a letter goes to a place.

  const PREFIX_MS = 1_500;
  let going = 0;

  const typing = (element) =>
    element.isContentEditable || element.matches('input:not([type=checkbox]), select, textarea');

  const act = (element) => {
    if (element.matches('a')) element.click();
    else element.focus();
  };

  const step = (by) => {
    const links = all('[data-row]');
    if (!links.length) return;
    const at = links.indexOf(document.activeElement);
    const next = at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by;
    links[Math.min(Math.max(next, 0), links.length - 1)].focus();
  };

  on('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === 'Escape' && event.target.matches('[type=search]')) {
      return event.target.blur();
    }
    // Whoever speaks to the machine, or types with help, may not want letters that act.
    if (document.documentElement.dataset.keys !== 'on') return;
    if (typing(event.target) || find('dialog[open]')) return;
    const { key } = event;
    const went = Date.now() - going < PREFIX_MS;
    going = 0;
    const place = went && find(`[data-go="${CSS.escape(key)}"]`);
    const control = !went && find(`[data-key="${CSS.escape(key)}"]`);
    if (place) place.click();
    else if (key === 'g') going = Date.now();
    else if (key === 'j') step(1);
    else if (key === 'k') step(-1);
    else if (key === '?') find('#keys')?.showModal();
    else if (control) act(control);
    else return;
    event.preventDefault();
  });

  on('click', (event) => {
    const { target } = event;
    const opens = target.closest?.('[data-dialog]');
    if (opens) return document.getElementById(opens.dataset.dialog)?.showModal();
    if (target.matches?.('dialog')) return target.close();
    // A press anywhere on a row follows its link, unless it selects text.
    const row = target.closest?.('tr');
    if (!row || target.closest('a, button, input, label, summary')) return;
    if (String(getSelection())) return;
    find('[data-row]', row)?.click();
  });

  // ---- The end of a session that nobody uses ----
  // It is told two minutes before, so that whoever reads a long page can stay. At the end the page
  // goes: what it shows must not stay on a screen that nobody watches. It goes to an address of its
  // own, which keeps no session alive: another page may still have one.

  const WARNING_MS = 120_000;

  const watch = (notice) => {
    const idle = Number(notice.dataset.seconds) * 1000;
    let end = 0;
    const renew = () => {
      end = Date.now() + idle;
      notice.hidden = true;
    };
    find('button', notice)?.addEventListener('click', async () => {
      const answer = await fetch('/alive', { redirect: 'manual' }).catch(() => undefined);
      if (answer?.ok) renew();
      else location.reload();
    });
    // Timers sleep with the machine, so the clock is asked.
    setInterval(() => {
      const left = end - Date.now();
      if (left <= 0) location.replace(notice.dataset.over);
      else if (left <= WARNING_MS) notice.hidden = false;
    }, 5_000);
    renew();
  };

  const idle = find('#idle');
  if (idle) watch(idle);
  find('[data-focus]')?.focus();
})();
