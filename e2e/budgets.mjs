// Measures the app against its budgets and prints a table; `--write` puts it into
// docs/benchmarks.md. Ends with an error when a budget is missed.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import * as app from './lib/app.mjs';
import * as bank from './lib/bank.mjs';
import { launch, open, phone } from './lib/browser.mjs';
import { SLOW, firstContent, lighthouseScores, median, slowDown, tapTo } from './lib/measure.mjs';
import { ROOT } from './lib/words.mjs';

const RUNS = 5;
const LIGHTHOUSE_RUNS = 3;
const LIGHTHOUSE_PAGES = ['/', '/pay', '/activity', '/products', '/help'];
const FILE = join(ROOT, 'docs', 'benchmarks.md');
const [BEGIN, END] = ['<!-- bin/web-budgets begins -->', '<!-- bin/web-budgets ends -->'];

// What a customer taps first, and how one knows that the next screen is there.
const TAPS = [
  ['/pay', () => location.pathname === '/pay' && document.querySelector('main [name=amount]')],
  [
    '/activity',
    () =>
      location.pathname === '/activity' && document.querySelector('main a[href^="/operations/"]'),
  ],
  [
    '/help',
    () => location.pathname === '/help' && document.querySelector('main a[href^="/help/"]'),
  ],
];

// A signed-in browser that has not seen the app before: only the cookies of another one.
async function fresh(browser, state) {
  // With a service worker the line would not be slow for what it fetches.
  const window = await open(browser, phone({ storageState: state, serviceWorkers: 'block' }));
  return { ...window, counted: await slowDown(window.context, window.page) };
}

async function measure(browser, state) {
  const figures = { content: [], bytes: [], requests: [], taps: TAPS.map(() => []) };
  for (let run = 0; run < RUNS; run += 1) {
    const { context, page, guard, counted } = await fresh(browser, state);
    await page.goto('/');
    figures.content.push(await firstContent(page));
    await guard.quiet(500);
    figures.bytes.push(counted.bytes / 1000);
    figures.requests.push(counted.requests);
    for (const [n, [path, shown]] of TAPS.entries()) {
      await page.goto('/');
      await guard.quiet(300);
      figures.taps[n].push(await tapTo(page, page.locator(`nav.tabs a[href="${path}"]`), shown));
    }
    guard.check();
    await context.close();
  }
  return figures;
}

const row = (cells) => `| ${cells.join(' | ')} |`;

function table(figures, scores) {
  const rows = [
    ['first content of the home page, cold', median(figures.content), 1.0, 's', 2],
    [
      `home page over the line, cold (${median(figures.requests)} requests)`,
      median(figures.bytes),
      100,
      'KB',
      0,
    ],
    ...TAPS.map(([path], n) => [`tap to \`${path}\``, median(figures.taps[n]), 0.7, 's', 2]),
  ];
  const missed = rows.filter(([, got, wanted]) => got > wanted).map(([what]) => what);
  const lines = [
    row(['', 'reached', 'wanted']),
    row(['---', '---', '---']),
    ...rows.map(([what, got, wanted, unit, digits]) =>
      row([
        what,
        `${got > wanted ? '' : '**'}${got.toFixed(digits)} ${unit}${got > wanted ? '' : '**'}`,
        `${wanted} ${unit}`,
      ]),
    ),
    '',
    row([
      'Lighthouse 12',
      'performance',
      'accessibility',
      'best practices',
      'first content',
      'largest',
      'blocked',
      'shift',
    ]),
    row(Array(8).fill('---')),
    ...scores.map((s) =>
      row([
        `\`${s.path}\``,
        s.performance,
        s.accessibility,
        s.practices,
        `${s.fcp.toFixed(2)} s`,
        `${s.lcp.toFixed(2)} s`,
        `${s.tbt.toFixed(0)} ms`,
        s.cls.toFixed(3),
      ]),
    ),
  ];
  for (const s of scores) {
    if (s.performance < 95)
      missed.push(`performance of ${s.path}: ${s.performance} (${s.failed.join(', ')})`);
    if (s.accessibility < 100)
      missed.push(`accessibility of ${s.path}: ${s.accessibility} (${s.failed.join(', ')})`);
  }
  return { text: lines.join('\n'), missed };
}

async function write(text) {
  const before = await readFile(FILE, 'utf8');
  const [begin, end] = [before.indexOf(BEGIN), before.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${FILE} has no lines ${BEGIN} and ${END}`);
  await writeFile(FILE, `${before.slice(0, begin + BEGIN.length)}\n${text}\n${before.slice(end)}`);
}

const browser = await launch();
let state;
try {
  const [customer] = await bank.demoLogins();
  const { context, page } = await open(browser);
  await app.signIn(page, customer);
  state = await context.storageState();
  await context.close();
  const figures = await measure(browser, state);
  const scores = await lighthouseScores(
    bank.WEB,
    LIGHTHOUSE_PAGES,
    LIGHTHOUSE_RUNS,
    (profilePage) => app.signIn(profilePage, customer),
  );
  const { text, missed } = table(figures, scores);
  const { cpu, latencyMs, bytesPerSecond } = SLOW;
  console.log(
    `\nprocessor ${cpu} times slower, ${latencyMs} ms there and back, ` +
      `${(bytesPerSecond * 8) / 1e6} Mbit/s; medians of ${RUNS}, ` +
      `Lighthouse of ${LIGHTHOUSE_RUNS}\n`,
  );
  console.log(text);
  if (process.argv.includes('--write')) await write(text);
  console.log(missed.length ? `\nmissed: ${missed.join('; ')}` : '\nevery budget is kept');
  process.exitCode = missed.length ? 1 : 0;
} finally {
  await browser.close();
}
