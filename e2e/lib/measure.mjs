// A slow phone on a slow line, and what it takes there.

import { createServer } from 'node:net';

import lighthouse from 'lighthouse';

import { openProfile, phone } from './browser.mjs';

export const SLOW = { cpu: 4, latencyMs: 150, bytesPerSecond: 1_600_000 / 8 };

export const median = (numbers) => {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

// Makes the page slow and counts what comes over the line.
export async function slowDown(context, page) {
  const cdp = await context.newCDPSession(page);
  await cdp.send('Network.enable');
  await cdp.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: SLOW.latencyMs,
    downloadThroughput: SLOW.bytesPerSecond,
    uploadThroughput: SLOW.bytesPerSecond,
  });
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOW.cpu });
  const counted = { bytes: 0, requests: 0 };
  cdp.on('Network.loadingFinished', ({ encodedDataLength }) => {
    counted.bytes += encodedDataLength;
    counted.requests += 1;
  });
  return counted;
}

// When something of the page was first seen, in seconds from its request.
export async function firstContent(page) {
  const ms = await page.waitForFunction(
    () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
  );
  return (await ms.jsonValue()) / 1000;
}

// Taps and waits until the new screen was painted, in seconds.
export async function tapTo(page, control, shown) {
  await control.waitFor();
  const box = await control.boundingBox();
  const began = Date.now();
  await page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2);
  await page.waitForFunction(shown, undefined, { polling: 'raf', timeout: 15_000 });
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
  return (Date.now() - began) / 1000;
}

const freePort = () =>
  new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });

// Lighthouse's own phone, in a profile in which `prepare` has signed in. The first run of a page is
// as cold as a first visit: Lighthouse empties the caches, but leaves the cookies.
export async function lighthouseScores(site, paths, runs, prepare) {
  const port = await freePort();
  const profile = await openProfile(phone(), [`--remote-debugging-port=${port}`]);
  try {
    await prepare(profile.page);
    const scores = [];
    for (const path of paths) {
      const one = [];
      for (let run = 0; run < runs; run += 1) {
        const flags = { port, output: 'json', logLevel: 'error' };
        const config = {
          extends: 'lighthouse:default',
          settings: { onlyCategories: ['performance', 'accessibility', 'best-practices'] },
        };
        const { lhr } = await lighthouse(new URL(path, site).href, flags, config);
        if (lhr.runtimeError) throw new Error(`${path}: ${lhr.runtimeError.message}`);
        const arrived = new URL(lhr.finalDisplayedUrl).pathname;
        if (arrived !== path) throw new Error(`Lighthouse asked for ${path} and saw ${arrived}`);
        const failed = Object.values(lhr.audits)
          .filter(
            (a) =>
              a.score !== null &&
              a.score < 0.9 &&
              ['binary', 'numeric'].includes(a.scoreDisplayMode),
          )
          .map((a) => a.id);
        one.push({
          performance: Math.round(lhr.categories.performance.score * 100),
          accessibility: Math.round(lhr.categories.accessibility.score * 100),
          practices: Math.round(lhr.categories['best-practices'].score * 100),
          fcp: lhr.audits['first-contentful-paint'].numericValue / 1000,
          lcp: lhr.audits['largest-contentful-paint'].numericValue / 1000,
          tbt: lhr.audits['total-blocking-time'].numericValue,
          cls: lhr.audits['cumulative-layout-shift'].numericValue,
          failed,
        });
      }
      const of = (name) => median(one.map((o) => o[name]));
      scores.push({
        path,
        ...Object.fromEntries(
          ['performance', 'accessibility', 'practices', 'fcp', 'lcp', 'tbt', 'cls'].map((n) => [
            n,
            of(n),
          ]),
        ),
        failed: [...new Set(one.flatMap((o) => o.failed))],
      });
    }
    return scores;
  } finally {
    await profile.close();
  }
}
