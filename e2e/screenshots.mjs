// A picture of every screen, for people to look at: e2e/screenshots/<look>/<number>-<screen>.png.

import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import * as app from './lib/app.mjs';
import * as bank from './lib/bank.mjs';
import { LANGS, desktop, inWindow, launch, phone } from './lib/browser.mjs';
import * as panel from './lib/panel.mjs';
import { furnishedPanel, panelPlaces } from './lib/panel_places.mjs';
import {
  furnished,
  places,
  proofSteps,
  publicPlaces,
  shownOnce,
  signUpSteps,
} from './lib/places.mjs';
import { tour } from './lib/tour.mjs';
import { ROOT } from './lib/words.mjs';

const FOLDER = join(ROOT, 'e2e', 'screenshots');
const LANG = process.env.OKTO_E2E_LANG ?? 'uz';

let browser;
before(async () => {
  browser = await launch();
  // Some of them only: the others stay as they were.
  if (!process.env.OKTO_E2E_KEEP) await rm(FOLDER, { recursive: true, force: true });
});
after(async () => {
  await browser?.close();
});

// Takes pictures into a folder, numbered in their order.
function camera({ page, guard, folder, counter = { count: 0 } }) {
  return async (name) => {
    await guard.quiet();
    await app.closeToasts(page);
    await page.evaluate(() => document.fonts.ready.then(() => true));
    const plain = name
      .replace(/[{}]/g, '')
      .replace(/[^a-z0-9]+/gi, '-')
      .replace(/^-|-$/g, '');
    const file = `${String((counter.count += 1)).padStart(2, '0')}-${plain || 'home'}.png`;
    // A screen as high as the page: the bar at its end is at the end of the picture.
    const size = page.viewportSize();
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    await page.setViewportSize({ ...size, height: Math.max(height, size.height) });
    // A caret that is left as it is: hiding it writes a style, which the page's policy stops.
    await page.screenshot({ path: join(folder, file), caret: 'initial' });
    await page.setViewportSize(size);
  };
}

const LOOKS = {
  'phone-light': phone({ lang: LANG }),
  'phone-dark': phone({ lang: LANG, theme: 'dark' }),
  desktop: desktop({ lang: LANG }),
};

for (const [look, options] of Object.entries(LOOKS)) {
  test(look, (t) =>
    inWindow(browser, options, async ({ page, guard }) => {
      const folder = join(FOLDER, look);
      await mkdir(folder, { recursive: true });
      const take = camera({ page, guard, folder });
      for (const { path } of publicPlaces()) {
        await page.goto(path);
        await take(path);
      }
      await signUpSteps(page, take);

      // Somebody who has nothing yet.
      const newcomer = await bank.newCustomer({ lang: LANG, uzs: undefined });
      await app.signIn(page, newcomer);
      await take('home, new');
      for (const path of ['/pay', '/activity', '/products']) {
        await page.goto(path);
        await take(`${path}, new`);
      }
      await app.signOut(page);

      const customer = await furnished({ lang: LANG });
      await proofSteps(page, customer, take);
      await app.signIn(page, customer);
      await shownOnce(page, customer, take);
      for (const { pattern, path } of await places(page, customer)) {
        await page.goto(path);
        await take(pattern);
      }
      for (const status of [400, 404, 422]) guard.expect(status);
      await page.goto('/pay');
      await app.send(page, { to: '12', amount: '0' });
      await app.errors(page).first().waitFor();
      await take('pay, refused');
      await app.toReview(page, { to: customer.friend.phone, amount: '99000000' });
      await take('review, not enough');
      await page.goto('/activity?q=zzzz');
      await take('activity, nothing found');
      await page.goto('/operations/none');
      await take('not found');
      await page.goto('/');
      await page.locator('form[action="/balances"] button[value=hidden]').click();
      await take('home, hidden');
      await page.goto('/');
      await page.screenshot({ path: join(folder, '00-first-look.png') });

      // The demo customer, whose month is full.
      await app.signOut(page);
      const [demo] = await bank.demoLogins();
      await app.signIn(page, demo);
      await app.setLanguage(page, LANG);
      await take('home, demo');
      await page.goto('/activity');
      await take('activity, demo');
      t.diagnostic(`pictures in e2e/screenshots/${look}`);
    }),
  );
}

// Everything that has to do with who one is, on the small phone of most customers, in every language.
const SMALL = { width: 360, height: 740 };

for (const lang of LANGS) {
  for (const theme of ['light', 'dark']) {
    const look = `who-${lang}-${theme}`;
    test(look, () =>
      inWindow(browser, phone({ lang, theme, viewport: SMALL }), async (window) => {
        const held = { lang, theme, viewport: SMALL };
        const folder = join(FOLDER, look);
        await mkdir(folder, { recursive: true });
        const counter = { count: 0 };
        const on = ({ page, guard }) => camera({ page, guard, folder, counter });
        const customer = await furnished({ lang });
        const take = Object.assign(on(window), { on });
        await tour(browser, window, { customer, held, look: take });
      }),
    );
  }
}

// The panel of the staff, in every language, light and dark, on two sizes of screen.
const DESKS = {
  'panel-uz': { lang: 'uz' },
  'panel-ru-dark': { lang: 'ru', theme: 'dark' },
  'panel-en-wide': { lang: 'en', width: 1920, height: 1080 },
  'panel-ru-wide': { lang: 'ru', width: 1920, height: 1080 },
};

for (const [look, { lang, ...options }] of Object.entries(DESKS)) {
  test(look, () =>
    furnishedPanel(
      browser,
      lang,
      async ({ page, guard, customer, other, link }) => {
        const folder = join(FOLDER, look);
        await mkdir(folder, { recursive: true });
        const take = camera({ page, guard, folder });
        for (const { pattern, path } of await panelPlaces(page, customer, other)) {
          for (const status of [403, 404, 409, 422]) guard.expect(status, path);
          await page.goto(path);
          await take(pattern);
        }
        await page.locator('body').evaluate(() => document.getElementById('keys')?.showModal());
        await take('keys');
        await page.goto('/me');
        await panel.signOut(page);
        await take('sign-in');
        await page.goto(link);
        await take('enrol');
      },
      options,
    ),
  );
}
