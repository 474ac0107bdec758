// Follows every link and sends every form, as a stranger and as a customer, in three languages.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import * as app from './lib/app.mjs';
import { newPhone } from './lib/bank.mjs';
import { LANGS, inWindow, launch, phone } from './lib/browser.mjs';
import { Crawl } from './lib/crawl.mjs';
import { LEADS_ON, furnished, issueStatement } from './lib/places.mjs';
import { isForMachines, routes } from './lib/routes.mjs';
import { tour } from './lib/tour.mjs';

// Only a browser that stopped something calls this; nothing may make it do so.
const NEVER = new Set(['POST /csp-report']);
// Always too soon after the first message.
const REFUSED_ALWAYS = new Set([
  'POST /sign-up/code/again',
  'POST /sign-in/second/code',
  'POST /reset/code/again',
  'POST /pay/confirm/code',
]);

const all = routes();
const visited = new Map();
let browser;
before(async () => {
  browser = await launch();
});
after(async () => {
  await browser?.close();
});

const names = (person) => [person.firstName, person.friend.firstName, 'Zarina', 'Aliyeva'];

function keep(crawl) {
  for (const [name, status] of crawl.visited) {
    visited.set(name, Math.min(status, visited.get(name) ?? 999));
  }
  const faults = [...new Set(crawl.faults)];
  assert.ok(faults.length === 0, `${faults.length} faults:\n${faults.join('\n')}`);
}

describe('a crawl', { concurrency: 2 }, () => {
  for (const lang of LANGS) {
    test(`a stranger, ${lang}`, async (t) => {
      const person = await furnished({ lang });
      await inWindow(browser, phone({ lang }), async (window) => {
        const crawl = new Crawl({ window, lang, all, person, data: names(person) });
        await crawl.run(['/welcome', '/sign-in', '/sign-up', '/verify', '/offline']);
        t.diagnostic(`${crawl.pages} pages`);
        keep(crawl);
      });
    });

    test(`a customer, ${lang}`, async (t) => {
      const person = await furnished({ lang });
      await inWindow(browser, phone({ lang }), async (window) => {
        await app.signIn(window.page, person);
        person.document = await issueStatement(window.page, person.sum.account_id);
        const crawl = new Crawl({ window, lang, all, person, data: names(person) });
        await crawl.run(['/', `/documents/${person.document}`, '/verify']);
        t.diagnostic(`${crawl.pages} pages`);
        keep(crawl);
      });
    });
  }
});

// What is seen on the tour is looked at as in a crawl, by whoever leads it.
for (const lang of LANGS) {
  test(`who one is, ${lang}`, async (t) => {
    const customer = await furnished({ lang });
    const crawls = new Map();
    const looker = (window) => async () => {
      if (!crawls.has(window.page)) {
        const data = [...names(customer), 'Visa'];
        crawls.set(window.page, new Crawl({ window, lang, all, person: customer, data }));
      }
      await crawls.get(window.page).see();
    };
    await inWindow(browser, phone({ lang }), async (window) => {
      const look = Object.assign(looker(window), { on: looker });
      await tour(browser, window, { customer, held: { lang }, look });
      for (const path of LEADS_ON) {
        visited.set(`GET ${path}`, (await window.context.request.get(path)).status());
      }
    });
    const seen = [...crawls.values()].map((crawl) => crawl.finish());
    t.diagnostic(`${seen.reduce((all, crawl) => all + crawl.pages, 0)} pages`);
    seen.forEach(keep);
  });
}

// The button for another code waits for a minute; without scripts it can be pressed at once, and
// the bank says that it is too early.
test('another code is asked for too early', () =>
  inWindow(browser, phone({ javaScriptEnabled: false }), async ({ page, context, guard }) => {
    const again = '/sign-up/code/again';
    guard.expect(429, again, 'POST');
    await page.goto('/sign-up');
    await app.send(page, { phone: newPhone() });
    await app.arrived(page, '/sign-up/code');
    await page.locator(`form[action="${again}"] button`).click();
    await app.errors(page).first().waitFor();
    const sent = guard.requests.findLast((r) => r.method === 'POST');
    assert.deepEqual([sent.path, sent.status], [again, 429]);
    visited.set(`POST ${again}`, sent.status);
    const back = await context.request.get(again);
    assert.equal(new URL(back.url()).pathname, '/sign-up/code');
    visited.set(`GET ${again}`, back.status());
  }));

// There is a button for it only where somebody is signed in twice.
test('everywhere is signed out at once', async () => {
  const person = await furnished();
  const all = '/security/sessions/end-all';
  await inWindow(browser, phone(), async ({ page, guard }) => {
    await app.signIn(page, person);
    await inWindow(browser, phone(), async ({ page: other }) => {
      await app.signIn(other, person, { own: false });
      await page.goto('/security/sessions');
      await page.locator(`form[action="${all}"] button`).click();
      await app.arrived(page, '/welcome');
      await app.arrived(other, '/sign-in');
    });
    const sent = guard.requests.findLast((r) => r.path === all);
    visited.set(`POST ${all}`, sent.status);
  });
});

test('every route was reached', async () => {
  await inWindow(browser, phone(), async ({ context, page }) => {
    await page.goto('/welcome');
    for (const { method, pattern } of all) {
      if (method !== 'GET' || !isForMachines(pattern) || pattern.includes('{')) continue;
      if (visited.has(`GET ${pattern}`) || pattern === '/events') continue;
      visited.set(`GET ${pattern}`, (await context.request.get(pattern)).status());
    }
  });
  const missed = all
    .map(({ method, pattern }) => `${method} ${pattern}`)
    .filter((name) => !NEVER.has(name) && name !== 'GET /design')
    .filter((name) => !((visited.get(name) ?? 999) < (REFUSED_ALWAYS.has(name) ? 500 : 400)));
  assert.ok(all.length > 0, 'the sources declare no routes');
  assert.deepEqual(missed, [], `never reached: ${missed.join(', ')}`);
});
