// Watches everything a page does and keeps what must not happen: errors in the console or in a
// script, requests that fail or leave this site, answers that say no unexpectedly, and whatever
// the page's own policy (CSP) had to stop.

import { WEB } from './bank.mjs';

// Runs in each document before its own scripts. The browser's report to the server is seen too;
// this gives the place in the page.
function noteViolations() {
  document.addEventListener('securitypolicyviolation', (e) => {
    const where = `${e.sourceFile || e.documentURI}:${e.lineNumber}`;
    const what = `${e.effectiveDirective} ${e.blockedURI} ${e.sample}`;
    window.__oktoViolation?.(`${what} at ${where}`);
  });
}

// What the browser throws by itself often has a name only.
const described = (error) => error.stack || `${error.name}: ${error.message}` || String(error);

export class Guard {
  problems = [];
  // Every request to the site: method, path, status.
  requests = [];
  #expected = [];
  #site;
  #pending = new Set();
  #quietSince = Date.now();

  constructor(site = WEB) {
    this.#site = new URL(site).origin;
  }

  static async of(context, site) {
    const guard = new Guard(site);
    await context.exposeFunction('__oktoViolation', (what) => guard.note('csp', what));
    await context.addInitScript(noteViolations);
    context.on('console', (m) => guard.#console(m));
    context.on('weberror', (e) => guard.note('script', described(e.error())));
    context.on('request', (r) => guard.#request(r));
    context.on('response', (r) => guard.#response(r));
    context.on('requestfinished', (r) => guard.#ended(r));
    context.on('requestfailed', (r) => guard.#failed(r));
    return guard;
  }

  note(kind, what) {
    this.problems.push({ kind, what });
  }

  // Says that answers with this status are meant, of paths that begin like this.
  expect(status, path = '/', method = undefined) {
    this.#expected.push({ status, path, method });
  }

  // Says that the line is cut on purpose from now on, or not any more.
  offline = false;

  // Nothing under way for a while. The stream that stays open does not count.
  async quiet(ms = 150, timeoutMs = 20_000) {
    const end = Date.now() + timeoutMs;
    for (;;) {
      if (this.#pending.size === 0 && Date.now() - this.#quietSince >= ms) return;
      if (Date.now() > end) {
        const open = [...this.#pending].map((r) => `${r.method()} ${r.url()}`);
        throw new Error(`requests do not end: ${open.join(', ')}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  // Fails with everything that was seen.
  check() {
    if (this.problems.length === 0) return;
    const lines = this.problems.map(({ kind, what }) => `${kind}: ${what}`);
    this.problems = [];
    throw new Error(`the page did what it must not:\n${[...new Set(lines)].join('\n')}`);
  }

  #console(message) {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    const text = message.text();
    // The answer itself is judged below.
    if (text.startsWith('Failed to load resource')) return;
    // What the tool says of a worker that a measurement has switched off is not the page's doing.
    if (text === 'Service Worker registration blocked by Playwright') return;
    const { url, lineNumber } = message.location();
    this.note(`console ${message.type()}`, `${text} (${url}:${lineNumber})`);
  }

  #request(request) {
    const url = new URL(request.url());
    if (url.protocol === 'data:' || url.protocol === 'blob:') return;
    if (url.origin !== this.#site) {
      this.note('another host', `${request.method()} ${request.url()}`);
      return;
    }
    if (url.pathname === '/csp-report') this.note('csp report', request.postData() ?? '');
    if (url.pathname === '/events' || request.resourceType() === 'eventsource') return;
    this.#pending.add(request);
  }

  #ended(request) {
    if (this.#pending.delete(request)) this.#quietSince = Date.now();
  }

  #response(response) {
    const url = new URL(response.url());
    const status = response.status();
    const method = response.request().method();
    if (url.origin !== this.#site) return;
    this.requests.push({ method, path: url.pathname, query: url.search, status });
    if (status < 400) return;
    const meant = this.#expected.some(
      (e) =>
        e.status === status && url.pathname.startsWith(e.path) && (e.method ?? method) === method,
    );
    if (!meant) this.note('status', `${status} ${method} ${url.pathname}${url.search}`);
  }

  #failed(request) {
    this.#ended(request);
    const why = request.failure()?.errorText ?? '';
    // A page that is left ends what it had under way.
    if (why === 'net::ERR_ABORTED') return;
    if (this.offline) return;
    this.note('failed request', `${why} ${request.method()} ${request.url()}`);
  }
}
