// The browser and the ways a customer holds it.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

import { WEB, newAddress } from './bank.mjs';
import { Guard } from './guard.mjs';

const LOCALES = { uz: 'uz-UZ', ru: 'ru-RU', en: 'en-GB' };
export const LANGS = ['uz', 'ru', 'en'];

// Root has no sandbox to put the browser into; everybody else has.
const ARGS = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

const LAUNCH = {
  executablePath: process.env.OKTO_E2E_CHROMIUM ?? '/usr/bin/chromium',
  args: ARGS,
  chromiumSandbox: ARGS.length === 0,
};

export const launch = (options = {}) =>
  chromium.launch({ ...LAUNCH, ...options, args: [...ARGS, ...(options.args ?? [])] });

// A phone in the hand, in Tashkent.
export function phone({ lang = 'uz', theme = 'light', address = newAddress(), ...more } = {}) {
  return {
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
    locale: LOCALES[lang],
    timezoneId: 'Asia/Tashkent',
    colorScheme: theme,
    reducedMotion: 'reduce',
    baseURL: WEB,
    extraHTTPHeaders: { 'X-Forwarded-For': address },
    ...more,
  };
}

export function desktop(options = {}) {
  return phone({
    viewport: { width: 1280, height: 900 },
    deviceScaleFactor: 1,
    isMobile: false,
    hasTouch: false,
    ...options,
  });
}

// A browser window of its own with its guard. `check` at the end of the test.
export async function open(browser, options = phone()) {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(10_000);
  const guard = await Guard.of(context, options.baseURL);
  const page = await context.newPage();
  return { context, page, guard };
}

// A profile on disk: what installing and Lighthouse need. Its folder goes with `close`.
export async function openProfile(options = phone(), args = []) {
  const folder = await mkdtemp(join(tmpdir(), 'okto-e2e-profile-'));
  await mkdir(join(folder, 'Default'));
  await writeFile(join(folder, 'Default', 'Preferences'), '{}');
  const context = await chromium.launchPersistentContext(folder, {
    ...LAUNCH,
    ...options,
    args: [...ARGS, ...args],
  });
  context.setDefaultTimeout(10_000);
  const guard = await Guard.of(context, options.baseURL);
  const page = context.pages()[0] ?? (await context.newPage());
  const close = async () => {
    await context.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { context, page, guard, close };
}

// Runs a test in a window of its own, fails it with what the guard saw, and closes the window.
export async function inWindow(browser, options, test) {
  const window = await open(browser, options);
  try {
    await test(window);
    if (!window.page.isClosed()) await window.guard.quiet();
    window.guard.check();
  } catch (error) {
    const where = window.page.isClosed() ? '' : ` (at ${window.page.url()})`;
    // What the guard saw is often why the test failed.
    const seen = window.guard.problems.map(({ kind, what }) => `\n  ${kind}: ${what}`).join('');
    error.message += where + seen;
    throw error;
  } finally {
    await window.context.close();
  }
}
