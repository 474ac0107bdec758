// Proves that the tests see what they are meant to see: each kind of fault is planted on a small
// site of our own and must be found; and the ways to the bank beside the browser work.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';

import * as app from './lib/app.mjs';
import * as bank from './lib/bank.mjs';
import { inWindow, launch, open, openProfile, phone } from './lib/browser.mjs';
import { axe, doubleText, layoutFaults, smallTargets, waysOn } from './lib/checks.mjs';
import { firstContent, lighthouseScores, slowDown, tapTo } from './lib/measure.mjs';
import { Crawl } from './lib/crawl.mjs';
import * as routes from './lib/routes.mjs';
import { foreignWords, parse, words } from './lib/words.mjs';

const PAGES = {
  '/good': '<h1>Yaxshi</h1><p>Matn</p><nav><a class="big" href="/other">Keyingi</a></nav>',
  '/other': '<h1>Boshqa</h1><p><a href="/good">Orqaga</a> qayting</p>',
  '/alone': '<h1>Yolgʻiz</h1><p>Yoʻl yoʻq</p>',
  '/console': '<h1>A</h1><script nonce="n">console.error("planted")</script>',
  '/script':
    '<h1>A</h1><script nonce="n">setTimeout(() => { throw new Error("planted") })</script>',
  '/csp': '<h1>A</h1><script>alert(1)</script><p style="color: red">A</p>',
  '/worker': '<h1>A</h1><script nonce="n">navigator.serviceWorker.register("/sw.js")</script>',
  '/missing': '<h1>A</h1><img src="/nothing.png" alt="">',
  '/stranger': '<h1>A</h1><img src="http://127.0.0.2:9/x.png" alt="">',
  '/wide': '<h1>A</h1><div class="wide">Keng</div>',
  '/cut': '<h1>A</h1><div class="cut">Uzun uzun uzun uzun uzun matn</div>',
  '/small': '<h1>A</h1><a class="small" href="/good">x</a> <button>y</button>',
  '/nolabel': '<h1>A</h1><input name="a">',
  '/start': `<h1>Bosh</h1><a href="/form">Shakl</a> <a href="/good">Yaxshi</a>
    <a href="/alone">Yolgʻiz</a>
    <a href="/nowhere">Yoʻq</a> <a href="/lost">Yoʻqolgan</a> <a href="/english">Tarjima</a>
    <a href="/parts">Tillar</a>
    <form method="post" action="/silent"><label>A <input name="a"></label>
    <button>Jim</button></form>`,
  '/english': '<h1>Send money</h1><a href="/good">Yaxshi</a>',
  '/parts': `<h1>Boʻlaklar</h1><a href="/good">Yaxshi</a> <p lang="ru">Здесь по-русски</p>
    <p lang="en">Here оплата</p><p lang="de">Hier</p><p hidden>Send money</p>`,
  '/form': `<h1>Shakl</h1><form id="form" method="post" action="/form">
    <label>A <input name="a"></label>
    <label>B <select name="b" required><option>1<option>2</select></label>
    <button name="_lang" value="ru">Русский</button>
    <button name="_lang" value="uz">Oʻzbekcha</button><button>Yuborish</button></form>
    <a href="/good">Yaxshi</a>`,
};
const WORKER = `self.addEventListener('fetch', (event) => event.respondWith(
  fetch(event.request).catch(() => new Response('<h1>Aloqa yoʻq</h1>',
    { headers: { 'Content-Type': 'text/html; charset=utf-8' } }))));
  self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));`;
const CSS = `.big { display: inline-block; padding: 20px 40px } .wide { width: 900px }
  .cut { width: 60px; overflow: hidden; white-space: nowrap } .small { display: inline-block }`;
// What the page of the app has, so that the same things are stopped.
const POLICY =
  "default-src 'none'; script-src 'nonce-n'; style-src 'self'; img-src 'self'; " +
  "connect-src 'self'; worker-src 'self'; form-action 'self'; report-uri /csp-report";

const received = [];
let site;
let browser;
let server;
before(async () => {
  server = createServer((request, response) => {
    const path = request.url.split('?')[0];
    const body = [];
    request.on('data', (part) => body.push(part));
    request.on('end', () => {
      received.push({ method: request.method, path, body: Buffer.concat(body).toString() });
      if (request.method === 'POST' && path === '/silent') {
        response
          .writeHead(400, { 'Content-Type': 'text/html' })
          .end('<html lang="uz"><h1>Jim</h1><a href="/good">a</a>');
      } else if (request.method === 'POST' && path === '/form') {
        const lang = /_lang=(\w+)/.exec(Buffer.concat(body))?.[1];
        response.writeHead(303, { Location: lang ? `/form?lang=${lang}` : '/good' }).end();
      } else if (path === '/style.css') {
        response.writeHead(200, { 'Content-Type': 'text/css' }).end(CSS);
      } else if (path === '/sw.js') {
        response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(WORKER);
      } else if (path === '/csp-report' || path === '/favicon.ico') {
        response.writeHead(204).end();
      } else if (PAGES[path]) {
        response.writeHead(200, {
          'Content-Type': 'text/html; charset=utf-8',
          'Content-Security-Policy': POLICY,
        });
        const lang = /lang=(\w+)/.exec(request.url)?.[1] ?? 'uz';
        response.end(`<!doctype html><html lang="${lang}"><title>Sinov</title>
          <meta name="viewport" content="width=device-width, initial-scale=1">
          <link rel="stylesheet" href="/style.css"><main>${PAGES[path]}</main></html>`);
      } else {
        response.writeHead(404).end('no');
      }
    });
  });
  await new Promise((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  site = `http://127.0.0.1:${server.address().port}`;
  browser = await launch();
});
after(async () => {
  await browser?.close();
  server.closeAllConnections();
  server.close();
});

const here = (options = {}) => phone({ baseURL: site, ...options });

async function problemsOf(path) {
  const { context, page, guard } = await open(browser, here());
  await page.goto(path);
  await guard.quiet(300);
  await context.close();
  return guard.problems;
}

test('the guard lets a good page be', async () => {
  assert.deepEqual(await problemsOf('/good'), []);
});

for (const [path, kinds] of [
  ['/console', ['console error']],
  ['/script', ['script']],
  ['/csp', ['console error', 'csp', 'csp report']],
  ['/missing', ['status']],
  ['/stranger', ['another host']],
]) {
  test(`the guard sees ${path}`, async () => {
    const problems = await problemsOf(path);
    const seen = problems.map(({ kind }) => kind);
    for (const kind of kinds)
      assert.ok(seen.includes(kind), `${kind} of ${JSON.stringify(problems)}`);
  });
}

test('a window fails its test with what the guard saw', async () => {
  await assert.rejects(
    inWindow(browser, here(), ({ page }) => page.goto('/console')),
    /console error: planted/,
  );
});

test('the checks of a page find what is planted', () =>
  inWindow(browser, here(), async ({ page }) => {
    const on = async (path, check) => {
      await page.goto(path);
      return check(page);
    };
    assert.deepEqual(await on('/good', layoutFaults), []);
    assert.match((await on('/wide', layoutFaults)).join(), /900|beyond the edge/);
    assert.match((await on('/cut', layoutFaults)).join(), /cut off/);
    assert.deepEqual(await on('/good', smallTargets), []);
    assert.deepEqual(await on('/other', smallTargets), [], 'a link in a sentence');
    assert.equal((await on('/small', smallTargets)).length, 2);
    assert.deepEqual(
      await on('/good', axe).then((f) => f.filter((v) => !/region|landmark/.test(v))),
      [],
    );
    assert.match((await on('/nolabel', axe)).join(), /label/);
    assert.equal(await on('/good', waysOn), 1);
    assert.equal(await on('/alone', waysOn), 0);
    const size = () => page.evaluate(() => getComputedStyle(document.querySelector('p')).fontSize);
    assert.equal(await on('/good', size), '16px');
    await doubleText(page);
    assert.equal(await size(), '32px');
    await doubleText(page, false);
    assert.equal(await size(), '16px');
  }));

test('a form is filled and sent', () =>
  inWindow(browser, here(), async ({ page, guard }) => {
    await page.goto('/form');
    await app.send(page, { a: 'olma va anor', b: '2' });
    await app.arrived(page, '/good');
    assert.equal(received.findLast((r) => r.method === 'POST').body, 'a=olma+va+anor&b=2');
    assert.ok(guard.requests.some((r) => r.method === 'POST' && r.status === 303));
    await page.goto('/form');
    await app.tabTo(page, app.submit(page));
    await page.keyboard.press('Enter');
    await app.arrived(page, '/good');
  }));

test('a crawl follows links, sends forms and finds what is planted', () =>
  inWindow(browser, here(), async (window) => {
    const all = [...Object.keys(PAGES), '/lost'].map((pattern) => ({ method: 'GET', pattern }));
    all.push(...['/form', '/silent', '/never'].map((pattern) => ({ method: 'POST', pattern })));
    const crawl = new Crawl({ window, lang: 'uz', all, person: {} });
    await crawl.run(['/start']);
    const text = crawl.faults.join('\n');
    for (const [name, status] of [
      ['GET /other', 200],
      ['POST /form', 303],
      ['POST /silent', 400],
      ['GET /lost', 404],
    ]) {
      assert.equal(crawl.visited.get(name), status, `${name}\n${text}`);
    }
    assert.equal(crawl.visited.has('POST /never'), false);
    for (const fault of [
      /\/alone: a dead end/,
      /\/english: English: Send, money/,
      /\/parts: Russian: оплата/,
      /\/parts: a part is in "de"/,
      /\/start: a link to \/nowhere, which is no page/,
      /\/lost: status: 404/,
      /\/silent \(Jim\): 400, and the page does not say/,
    ]) {
      assert.match(text, fault);
    }
    assert.doesNotMatch(text, /\/other|\/good|\/form|\/parts: English/);
  }));

test('words of another language and raw keys are found', () => {
  assert.deepEqual(foreignWords('uz', 'Toʻlovlar tarixi: 12 500 soʻm, PDF'), []);
  assert.deepEqual(
    foreignWords('ru', 'Переводы Zarina A., 100 сум, English, Oʻzbekcha', ['Zarina A.']),
    [],
  );
  assert.deepEqual(foreignWords('en', 'Sent to Zarina, Русский'), []);
  assert.match(foreignWords('uz', 'Toʻlov tab-home').join(), /the key tab-home/);
  assert.match(foreignWords('uz', 'Send money to Zarina').join(), /English: Send, money/);
  assert.match(foreignWords('en', 'Перевод').join(), /Russian/);
  assert.match(
    foreignWords('ru', 'Здесь написано otkazma qilish uchun summani kiriting').join(),
    /Cyrillic/,
  );
  assert.match(foreignWords('en', 'soʻm').join(), /Uzbek/);
  assert.match(foreignWords('uz', 'Salom { $name }').join(), /put in/);
});

test('Fluent files and routes are read', () => {
  const texts = parse('a = Bir\nb-c = Ikki { $n }\n  uch\n# d = no\n\ne=\n    Besh\n');
  assert.deepEqual(
    [...texts],
    [
      ['a', 'Bir'],
      ['b-c', 'Ikki { $n } uch'],
      ['e', 'Besh'],
    ],
  );
  assert.match('Bosh sahifa', /./);
  assert.match('Home', words('en', 'tab-home'));
  assert.doesNotMatch('Homes', words('en', 'tab-home'));
  const all = routes.parse(
    'Router::new().route("/pay", get(form).post(send))\n.route(\n "/a/{id}", get(|x| f(x, "(")))' +
      '\n.route(X, post(y)); visit.route()',
    new Map([['X', '/x/{*rest}']]),
  );
  assert.deepEqual(
    all.map((r) => `${r.method} ${r.pattern}`),
    ['GET /pay', 'POST /pay', 'GET /a/{id}', 'POST /x/{*rest}'],
  );
  assert.equal(routes.routeOf(all, 'GET', '/a/7').pattern, '/a/{id}');
  assert.equal(routes.routeOf(all, 'GET', '/a/7/b'), undefined);
  assert.equal(routes.routeOf(all, 'POST', '/x/7/b').pattern, '/x/{*rest}');
});

test('the bank can be reached beside the browser', async () => {
  const customer = await bank.newCustomer({ uzs: '1000', usd: '5' });
  const friend = await bank.newCustomer({ uzs: '0' });
  await bank.transfer(customer, customer.accounts[0].account_id, friend.phone, '250.00', '7');
  assert.deepEqual(
    (await bank.accounts(customer)).map((a) => a.balance.value),
    ['750.00', '5.00'],
  );
  const [received_] = await bank.operations(friend);
  assert.equal(received_.amount.value, '250.00');
  assert.ok((await bank.signIn(customer)).token);
  assert.equal((await bank.demoLogins()).length, 4);
  await bank.verify();
});

test('pages that the bank has besides the app keep their own policy', async () => {
  for (const url of [`${bank.SANDBOX}/`, `${bank.API}/docs/`]) {
    await inWindow(browser, phone({ baseURL: url }), async ({ page }) => {
      await page.goto(url);
      await app.heading(page).first().waitFor();
    });
  }
});

test('times and bytes are those of a slow line', async () => {
  const { context, page } = await open(browser, here());
  const counted = await slowDown(context, page);
  await page.goto('/good');
  const content = await firstContent(page);
  assert.ok(content > 0.25 && content < 3, `${content} s`);
  assert.ok(counted.bytes > 500 && counted.bytes < 5_000, `${counted.bytes} bytes`);
  const tap = await tapTo(page, page.locator('nav a'), () => location.pathname === '/other');
  assert.ok(tap > 0.12 && tap < 3, `${tap} s`);
  await context.close();
});

test('Lighthouse runs in a profile that keeps its cookies', async () => {
  let seen;
  const listen = (request) => {
    seen = request.headers.cookie ?? seen;
  };
  server.on('request', listen);
  const [score] = await lighthouseScores(site, ['/good'], 1, async (page) => {
    await page.context().addCookies([{ name: 'okto', value: 'signed-in', url: site }]);
    await page.goto(`${site}/other`);
    seen = undefined;
  });
  server.off('request', listen);
  assert.equal(seen, 'okto=signed-in');
  assert.ok(score.performance > 50 && score.accessibility > 50, JSON.stringify(score));
});

test('a cut line is cut for the service worker, too', () =>
  inWindow(browser, here(), async ({ page, context, guard }) => {
    await page.goto('/worker');
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
    await page.goto('/good');
    guard.offline = true;
    await context.setOffline(true);
    await page.goto('/other');
    await page.getByText('Aloqa yoʻq').waitFor();
    await context.setOffline(false);
    await page.goto('/other');
    await page.getByText('Boshqa').waitFor();
  }));

test('a profile can be asked whether it may be installed', async () => {
  const { page, context, close } = await openProfile(here());
  try {
    await page.goto('/good');
    const cdp = await context.newCDPSession(page);
    const { installabilityErrors } = await cdp.send('Page.getInstallabilityErrors');
    assert.equal(installabilityErrors[0].errorId, 'no-manifest');
  } finally {
    await close();
  }
});
