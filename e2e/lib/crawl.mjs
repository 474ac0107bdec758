// Goes through the app as somebody does who tries everything: every link is followed, every form
// is sent with something sensible, breadth first.

import * as app from './app.mjs';
import * as bank from './bank.mjs';
import { spokenTexts, waysOn } from './checks.mjs';
import { LANGS } from './browser.mjs';
import { isPage } from './places.mjs';
import { routeOf } from './routes.mjs';
import { foreignWords } from './words.mjs';

// Pages of one kind that are opened in the browser, by the number of things that the query says.
// Of further ones only the answer is looked at, and not of every mixture of filters.
const openedOfAKind = (said) => [3, 1][said] ?? 6;
const ASKED_OF_A_KIND = 20;
const PAGES_MAX = 250;
const LINKS_MAX = 600;
// What a form may answer to what was typed. The page then says what is wrong.
const REFUSALS = [400, 409, 422];

// What changes how whoever crawls signs in, or ends that, and what takes a passkey: the tour
// (tour.mjs) goes through it, with a customer made for it.
const left = ({ pattern, button }) =>
  /^\/(security\/|not-me\/|sign-in\/passkey$)/.test(pattern) && button.name !== '_lang';

// Of the languages that a form offers, a crawl presses the next one: the crawls in all languages
// together press each of them in each form.
const nextLanguage = (lang) => LANGS[(LANGS.indexOf(lang) + 1) % LANGS.length];

// When a form is sent: what changes the look of everything that follows comes later, and what ends
// the session last.
function rank({ pattern, button }) {
  if (pattern === '/sign-out' || pattern === '/sign-in') return 4;
  if (pattern === '/sign-up/you' && button.name !== '_lang') return 3;
  if (button.name === '_lang') return 2;
  if (pattern === '/balances' || pattern === '/profile/theme') return 1;
  return 0;
}

// Links and forms of the page as it is now; marks the forms' buttons so that they can be pressed.
const collect = (page) =>
  page.evaluate(() => {
    for (const d of document.querySelectorAll('details')) d.open = true;
    const links = [...document.querySelectorAll('a[href]')]
      .map((a) => new URL(a.href, location.href))
      .filter((u) => u.origin === location.origin)
      .map((u) => u.pathname + u.search);
    const forms = [...document.forms].flatMap((form, n) => {
      const controls = [...form.elements];
      const fields = controls
        .filter((c) => c.name && !['hidden', 'submit', 'button'].includes(c.type))
        .map((c) => c.name);
      return controls
        .filter((c) => c.type === 'submit' && c.checkVisibility() && !c.disabled)
        .map((button, b) => {
          const action = new URL(
            button.hasAttribute('formaction') ? button.formAction : form.action,
          );
          return {
            mark: `${n}-${b}`,
            method: (button.hasAttribute('formmethod')
              ? button.formMethod
              : form.method
            ).toUpperCase(),
            path: action.pathname,
            fields: [...new Set(fields)].sort(),
            button: { name: button.name, value: button.value, text: button.textContent.trim() },
            inside: action.origin === location.origin,
          };
        });
    });
    return { links: [...new Set(links)], forms: forms.filter((f) => f.inside) };
  });

export class Crawl {
  faults = [];
  // `GET /pay` and the like, each with the best status that it gave.
  visited = new Map();
  #queue = [];
  #known = new Set();
  #kinds = new Map();
  #forms = new Set();
  #later = [];

  constructor({ window, lang, all, person, data = [], phone }) {
    Object.assign(this, { ...window, lang, all, person, data, phone });
    for (const status of REFUSALS) this.guard.expect(status, '/', 'POST');
    this.guard.expect(429, '/sign-up/code/again', 'POST');
    this.page.on('dialog', (dialog) => dialog.accept());
    // A file that comes is a good answer.
    this.page.on('download', (download) => download.cancel().catch(() => {}));
  }

  async run(starts) {
    for (const start of starts) this.#add(start, 'the start');
    for (;;) {
      while (this.#queue.length > 0) await this.#visit(this.#queue.shift());
      if (this.#later.length === 0) break;
      this.#later.sort((a, b) => a.rank - b.rank);
      await this.#send(this.#later.shift());
    }
    return this.finish();
  }

  // Looks at the page that is shown and goes nowhere: somebody else leads.
  async see() {
    this.pages = (this.pages ?? 0) + 1;
    await this.#look();
  }

  // Notes what was asked for, whoever led.
  finish() {
    for (const { method, path, status } of this.guard.requests) this.#note(method, path, status);
    return this;
  }

  #fault(path, what) {
    this.faults.push(`${path}: ${what}`);
  }

  #note(method, path, status) {
    const route = routeOf(this.all, method, path);
    if (!route) return;
    const name = `${method} ${route.pattern}`;
    this.visited.set(name, Math.min(status, this.visited.get(name) ?? 999));
  }

  // What a page is of: its route, and what its query says; mixtures are one kind.
  #kind(path) {
    const url = new URL(path, 'http://x');
    const pattern = routeOf(this.all, 'GET', url.pathname)?.pattern;
    const said = [...new Set(url.searchParams.keys())];
    const kind = `${pattern} ${said.length > 1 ? 'several' : said}`;
    return { pattern, kind, opened: openedOfAKind(said.length) };
  }

  #add(path, from) {
    if (this.#known.has(path) || this.#known.size >= LINKS_MAX) return;
    this.#known.add(path);
    const kind = this.#kind(path);
    if (!kind.pattern) this.#fault(from, `a link to ${path}, which is no page`);
    else this.#queue.push({ path, from, ...kind });
  }

  async #visit({ path, from, pattern, kind, opened }) {
    const seen = this.#kinds.get(kind) ?? 0;
    this.#kinds.set(kind, seen + 1);
    if (seen >= ASKED_OF_A_KIND) return;
    if (!isPage(pattern) || seen >= opened || this.pages >= PAGES_MAX) {
      const answer = await this.context.request.get(path);
      this.#note('GET', path.split('?')[0], answer.status());
      if (answer.status() >= 400) this.#fault(from, `the link ${path} answers ${answer.status()}`);
      return;
    }
    this.pages = (this.pages ?? 0) + 1;
    if (process.env.OKTO_E2E_VERBOSE) console.log(path);
    try {
      await this.page.goto(path);
      await this.#look();
    } catch (error) {
      this.#fault(path, `${error.message.split('\n')[0]} (linked from ${from})`);
    }
  }

  // Looks at the page that is shown.
  async #look() {
    await this.guard.quiet();
    const url = new URL(this.page.url());
    const here = url.pathname + url.search;
    for (const { kind, what } of this.guard.problems.splice(0))
      this.#fault(here, `${kind}: ${what}`);
    const lang = await this.page.locator('html').getAttribute('lang');
    // The page for when there is no connection speaks every language, each in a part of its own.
    if (!lang?.startsWith(this.lang) && url.pathname !== '/offline')
      this.#fault(here, `is in ${lang}, not in ${this.lang}`);
    // The page of the design system is for developers.
    if (url.pathname !== '/design') {
      for (const { lang: spoken, text } of await spokenTexts(this.page)) {
        if (!LANGS.includes(spoken)) this.#fault(here, `a part is in "${spoken}"`);
        else for (const what of foreignWords(spoken, text, this.data)) this.#fault(here, what);
      }
    }
    // The page for when there is no connection only tries the same address again.
    if (url.pathname !== '/offline' && (await waysOn(this.page)) === 0)
      this.#fault(here, 'a dead end');
    const { links, forms } = await collect(this.page);
    for (const link of links) this.#add(link, here);
    if (url.pathname === '/design') return;
    for (const form of forms) {
      const pattern = routeOf(this.all, form.method, form.path)?.pattern;
      if (!pattern) {
        this.#fault(here, `a form to ${form.method} ${form.path}, which is no route`);
        continue;
      }
      const button = form.button.name ? `${form.button.name}=${form.button.value}` : '';
      const name = `${form.method} ${pattern} [${form.fields}] ${button}`;
      if (this.#forms.has(name)) continue;
      const other = form.button.name === '_lang' && form.button.value !== nextLanguage(this.lang);
      if (other || left({ ...form, pattern })) continue;
      this.#forms.add(name);
      this.#later.push({ ...form, pattern, here, rank: rank({ ...form, pattern }) });
    }
  }

  async #send(form) {
    const what = `the form ${form.method} ${form.path} (${form.button.text || form.button.value})`;
    try {
      await this.page.goto(form.here);
      await this.guard.quiet();
      const { forms } = await collect(this.page);
      const same = (f) =>
        f.path === form.path &&
        f.method === form.method &&
        f.button.name === form.button.name &&
        f.button.value === form.button.value &&
        f.fields.join() === form.fields.join();
      const now = forms.find(same);
      // Sent before, it may be gone: an account that is open already, a review that was confirmed.
      if (!now) return;
      await this.#press(form, now);
      await this.guard.quiet();
      await this.#judge(form, what);
    } catch (error) {
      this.#fault(form.here, `${what}: ${error.message.split('\n')[0]}`);
    }
  }

  async #press(form, now) {
    await this.#fill(form, now);
    const [n, b] = now.mark.split('-').map(Number);
    const button = await this.page.evaluateHandle(
      ([n, b]) =>
        [...document.forms[n].elements].filter(
          (c) => c.type === 'submit' && c.checkVisibility() && !c.disabled,
        )[b],
      [n, b],
    );
    await button.asElement().click();
  }

  async #judge(form, what) {
    const sent = this.guard.requests.findLast(
      (r) => r.method === form.method && r.path === form.path,
    );
    if (!sent) {
      this.#fault(form.here, `${what}: nothing was sent`);
      return;
    }
    if (sent.status >= 400 && (await app.errors(this.page).count()) === 0) {
      this.#fault(form.here, `${what}: ${sent.status}, and the page does not say what is wrong`);
    }
    if (process.env.OKTO_E2E_VERBOSE) console.log(`${sent.status} ${what} of ${form.here}`);
    if (form.rank === 2) {
      await this.page
        .locator(`html[lang^="${form.button.value || ''}"]`)
        .waitFor({ state: 'attached' });
      await app.setLanguage(this.page, this.lang);
      await this.guard.quiet();
    }
    if (form.rank >= 3) {
      // Signed in or out: whatever comes after begins as a stranger again.
      for (const { kind, what: seen } of this.guard.problems.splice(0))
        this.#fault(form.here, `${kind}: ${seen}`);
      await this.context.clearCookies();
      return;
    }
    await this.#look();
    const url = new URL(this.page.url());
    if (sent.status < 400) this.#add(url.pathname + url.search, form.here);
  }

  // Fills what is in the form with what a person would type.
  async #fill(form, now) {
    const n = Number(now.mark.split('-')[0]);
    const fields = await this.page.evaluate(
      (n) =>
        [...document.forms[n].elements].map((c, at) => ({
          at,
          name: c.name,
          tag: c.localName,
          type: c.type,
          filled: c.value !== '' && c.type !== 'radio' && c.type !== 'checkbox',
          options: c.options ? [...c.options].map((o) => o.value) : [],
          shown: c.checkVisibility() && !c.disabled && !c.readOnly,
          // What is asked while one types.
          asks: c.getAttribute('hx-post'),
        })),
      n,
    );
    const seen = new Set();
    for (const f of fields) {
      if (!f.name || !f.shown || ['hidden', 'submit', 'button', 'checkbox'].includes(f.type))
        continue;
      const handle = await this.page.evaluateHandle(
        ([n, at]) => document.forms[n].elements[at],
        [n, f.at],
      );
      const element = handle.asElement();
      if (f.type === 'radio') {
        if (!seen.has(f.name)) await element.check({ force: true });
      } else if (f.tag === 'select') {
        await element.selectOption(f.options[1] ?? f.options[0]);
      } else if (!(f.filled && f.type === 'date')) {
        const asked =
          f.asks && !f.filled && this.page.waitForResponse((r) => r.url().endsWith(f.asks));
        await element.fill(await this.#sample(form.pattern, f));
        await asked;
      }
      seen.add(f.name);
    }
  }

  async #sample(pattern, { name, type }) {
    const { person } = this;
    const of = {
      '/sign-up phone': () => (this.phone = bank.newPhone()),
      '/sign-up/code code': () => bank.smsCode(this.phone),
      '/sign-in phone': () => person.phone,
      '/sign-in password': () => person.password,
      '/verify code': () => person.document ?? '0000000000000000',
    }[`${pattern} ${name}`];
    if (of) return of();
    if (type === 'date') return name.includes('birth') ? '1994-03-21' : '2026-11-10';
    const table = {
      phone: person.friend?.phone ?? person.phone,
      to: person.friend?.phone ?? person.phone,
      amount: '1000',
      min: '100',
      max: '900000',
      note: '7',
      password: bank.newPassword(),
      first_name: 'Zarina',
      last_name: 'Aliyeva',
      birth_date: '1994-03-21',
      code: '123456',
      q: 'Aliyeva',
      name: 'Visa 7',
    };
    return table[name] ?? (type === 'tel' ? table.phone : '7');
  }
}
