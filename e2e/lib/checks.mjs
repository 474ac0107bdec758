// What every page must keep, looked at from inside the page.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// What axe finds against WCAG 2.2 A and AA and its own good practices. Run through the debugger,
// past the page's policy, which stays as it is.
export async function axe(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() =>
    window.axe.run(document, {
      resultTypes: ['violations'],
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }),
  );
  return violations.flatMap((v) =>
    v.nodes.map((n) => `${v.id} (${v.impact}): ${n.target.join(' ')}: ${n.html.slice(0, 160)}`),
  );
}

// The text that a person reads or hears, with the texts of attributes, of each language that a
// part of the page says it is in.
export const spokenTexts = (page) =>
  page.evaluate(() => {
    const attributes = ['aria-label', 'title', 'alt', 'placeholder', 'aria-description'];
    const texts = {};
    const add = (element, text) => {
      if (!text?.trim()) return;
      const lang = element.closest('[lang]')?.lang.split('-')[0] ?? '';
      (texts[lang] ??= []).push(text.trim());
    };
    add(document.documentElement, document.title);
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const { parentElement: element } = node;
      // Codes and numbers are of no language.
      const quiet = element.closest('script, style, noscript, [translate=no]');
      if (!quiet && element.checkVisibility()) add(element, node.data);
    }
    for (const e of document.querySelectorAll(attributes.map((a) => `[${a}]`).join(','))) {
      for (const a of attributes) add(e, e.getAttribute(a));
    }
    for (const e of document.querySelectorAll('template')) add(e, e.content.textContent);
    return Object.entries(texts).map(([lang, all]) => ({ lang, text: all.join('\n') }));
  });

// What does not fit: a page that moves sideways, boxes beyond its edge, text that is cut off.
export const layoutFaults = (page) =>
  page.evaluate(() => {
    const faults = [];
    const width = document.documentElement.clientWidth;
    const scroll = document.documentElement.scrollWidth;
    if (scroll > width) faults.push(`the page is ${scroll} px wide on a screen of ${width}`);
    const name = (e) => {
      const classes = typeof e.className === 'string' ? e.className.trim() : '';
      const text = (e.textContent ?? '').trim().replace(/\s+/g, ' ').slice(0, 40);
      return `<${e.localName}${classes ? ` class="${classes}"` : ''}> ${text}`;
    };
    const scrolls = (e) => {
      for (let p = e.parentElement; p && p !== document.body; p = p.parentElement) {
        if (['auto', 'scroll'].includes(getComputedStyle(p).overflowX)) return true;
      }
      return false;
    };
    // Words for screen readers only stand in a box of one pixel.
    const forReaders = (e) => {
      for (let p = e; p && p !== document.body; p = p.parentElement) {
        const box = p.getBoundingClientRect();
        if (box.width <= 1 || box.height <= 1) return true;
      }
      return false;
    };
    for (const e of document.body.querySelectorAll('*')) {
      if (!e.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      if (e.closest('svg') || forReaders(e)) continue;
      const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim() !== '');
      const control = e.matches('a, button, input, select, textarea, summary');
      if (!own && !control) continue;
      const box = e.getBoundingClientRect();
      const skip = e.matches('[class*=skip]');
      if (!skip && !scrolls(e) && (box.right > width + 1 || box.left < -1)) {
        faults.push(`beyond the edge: ${name(e)}`);
      }
      const style = getComputedStyle(e);
      if (control && !e.matches('a, button, summary')) continue;
      const hidden = (v) => v === 'hidden' || v === 'clip';
      const cutX = hidden(style.overflowX) && e.scrollWidth > e.clientWidth + 1;
      const cutY = hidden(style.overflowY) && e.scrollHeight > e.clientHeight + 2;
      if (style.display !== 'inline' && (cutX || cutY)) faults.push(`cut off: ${name(e)}`);
    }
    return [...new Set(faults)];
  });

// What a line parts that is to stand together: `whole` finds it in a text. A part that ends where
// the page says that a line may end is looked at for itself.
const parted = (page, { whole, quiet }) =>
  page.evaluate(
    ({ whole, quiet }) => {
      const isParted = (node, from, to) => {
        const range = document.createRange();
        range.setStart(node, from);
        range.setEnd(node, to);
        const boxes = [...range.getClientRects()].filter((box) => box.width > 0);
        return new Set(boxes.map((box) => Math.round(box.top))).size > 1;
      };
      const isPart = ({ previousSibling, nextSibling }) =>
        [previousSibling, nextSibling].some((beside) => beside?.localName === 'wbr');
      const faults = new Set();
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const { parentElement: element, data } = node;
        if (element.closest(`script, style, noscript, option, ${quiet}`)) continue;
        if (!element.checkVisibility()) continue;
        const found = data.matchAll(isPart(node) ? /\S+/g : new RegExp(whole, 'gu'));
        for (const { 0: text, index } of found) {
          if (/^[\da-f]{16,}$/.test(text)) continue;
          if (isParted(node, index, index + text.length)) faults.add(`a line ends within ${text}`);
        }
      }
      return [...faults];
    },
    { whole, quiet },
  );

// Numbers and addresses. The groups of an amount and of a phone stand together; those of an account
// may part, and an address where the page says so.
const ADDRESS = String.raw`[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+`;
const NUMBER = String.raw`(?<![\w\-])[+\u2212$]*\d+(?:\u00a0\d+)*(?:[.,]\d+)?(?![\w\-])`;
export const brokenNumbers = (page) =>
  parted(page, { whole: `${ADDRESS}|${NUMBER}`, quiet: '.sr' });

// Words too. An id may be parted.
const WORD = String.raw`\+998[\d* \u00a0]*\d|[\p{L}\p{N}*\u00a0\u02bb\u02bc]+`;
export const brokenWords = (page) =>
  parted(page, { whole: WORD, quiet: 'pre, textarea, svg, .mono, .sr, dialog:not([open])' });

// Controls that a finger misses: smaller than 44 px either way. Links in the middle of a sentence
// are as high as their line (WCAG 2.2, 2.5.8).
export const smallTargets = (page, min = 44) =>
  page.evaluate((min) => {
    const faults = [];
    const controls =
      'a[href], button, summary, select, textarea, input:not([type=hidden]), ' +
      '[role=button], [role=switch], [role=tab]';
    for (const e of document.querySelectorAll(controls)) {
      if (!e.checkVisibility({ opacityProperty: false, visibilityProperty: true })) continue;
      // A radio button or a tick box is pressed on its label.
      const label = e.matches('input[type=radio], input[type=checkbox]')
        ? e.labels?.[0]
        : undefined;
      const box = (label ?? e).getBoundingClientRect();
      const own = e.getBoundingClientRect();
      // Shown only when the keyboard comes to it.
      if (!label && (own.width <= 1 || own.height <= 1)) continue;
      if (own.bottom <= 0 || own.right <= 0) continue;
      const style = getComputedStyle(e);
      const parent = e.parentElement;
      const inSentence =
        e.localName === 'a' &&
        style.display === 'inline' &&
        [...parent.childNodes].some((n) => n.nodeType === 3 && n.data.trim().length > 1);
      if (inSentence) continue;
      if (box.width < min - 0.5 || box.height < min - 0.5) {
        const text = (e.getAttribute('aria-label') ?? e.textContent ?? '').trim().slice(0, 40);
        const size = `${Math.round(box.width)}x${Math.round(box.height)}`;
        faults.push(`${size} <${e.localName} name="${e.getAttribute('name') ?? ''}"> ${text}`);
      }
    }
    return faults;
  }, min);

// Whether there is a way on from here besides the browser's own buttons.
export const waysOn = (page) =>
  page.evaluate(() => {
    const here = location.pathname + location.search;
    return [...document.querySelectorAll('a[href]')].filter((a) => {
      const to = new URL(a.href);
      const skip = a.getAttribute('href').startsWith('#');
      return !skip && a.checkVisibility() && to.pathname + to.search !== here;
    }).length;
  });

// Text twice as large, as the settings of a phone make it, or as it was: the page's own units
// follow the root.
export const doubleText = (page, on = true) =>
  page.evaluate((on) => {
    const { style } = document.documentElement;
    if (on) style.setProperty('font-size', '200%', 'important');
    else style.removeProperty('font-size');
  }, on);
