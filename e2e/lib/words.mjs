// The words of the app, read from its Fluent files, so that a test names a text by its key; and
// the look for words that were left untranslated.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const FOLDER = join(ROOT, 'crates', 'web', 'i18n');

// The messages of one file. Only what the tests need: the text with its continued lines.
export function parse(text) {
  const messages = new Map();
  let key;
  for (const line of text.split('\n')) {
    const began = /^([a-z][A-Za-z0-9_-]*) *= ?(.*)$/.exec(line);
    if (began) {
      [, key] = began;
      messages.set(key, began[2].trim());
    } else if (key && /^\s+\S/.test(line)) {
      messages.set(key, `${messages.get(key)} ${line.trim()}`.trim());
    } else if (line.trim() !== '') {
      key = undefined;
    }
  }
  return messages;
}

function load(lang) {
  const folder = join(FOLDER, lang);
  const files = readdirSync(folder).filter((name) => name.endsWith('.ftl'));
  return new Map(files.flatMap((f) => [...parse(readFileSync(join(folder, f), 'utf8'))]));
}

const LANGUAGES = { uz: load('uz'), ru: load('ru'), en: load('en') };

export const keys = () => [...LANGUAGES.en.keys()];

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

// A text as a pattern: what stands in braces may be anything.
export function words(lang, key) {
  const text = LANGUAGES[lang].get(key);
  if (text === undefined) throw new Error(`there is no text ${key} in ${lang}`);
  const parts = text.split(/\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}/).map((part) => escaped(part.trim()));
  return new RegExp(`^\\s*${parts.join('.*')}\\s*$`, 'su');
}

// What the languages call themselves stands in every language, and so does the name of the bank.
const NAMES = /Oʻzbekcha|Oʻzbek|Русский|English|Okto|UZS|USD|PDF|XLSX|Excel|CSV|SMS|QR|MFO|INN/giu;

// Words that every English page has somewhere and no other language has at all. Not "sent": in
// Uzbek it is a cent.
const ENGLISH = new Set(
  `the and your you with from this that what which not are was will have been for about again
  account accounts activity amount amounts available balance back cancel category close code
  confirm continue copy customer date details download edit enter error everything export fee
  filter filters first forgot help hide history home income language last like money more name
  new next note number open operation operations operator pay payment payments password phone
  please previous products profile receipt received recent remove repeat requisites review save
  search send settings share show sign spending statement success theme today total transfer
  try view welcome when where who why wrong yesterday yes`.split(/\s+/),
);

const letters = (text, script) =>
  (text.match(new RegExp(`\\p{Script=${script}}`, 'gu')) ?? []).length;

// What is wrong with the words of a page: raw keys, texts that were not found, values that were not
// put in, and words of another language. `data` are names and notes, which are nobody's words.
export function foreignWords(lang, text, data = []) {
  const found = [];
  for (const [, key] of text.matchAll(/(?<![\w/.@-])([a-z]+(?:-[a-z0-9]+)+)(?![\w@-])/g)) {
    if (LANGUAGES.en.has(key) && LANGUAGES.en.get(key).toLowerCase() !== key) {
      found.push(`the key ${key}`);
    }
  }
  if (/No localization for id/i.test(text)) found.push('a text that was not found');
  const brace = /\{\s*\$?[\w-]+\s*\}/.exec(text);
  if (brace) found.push(`a value that was not put in: ${brace[0]}`);

  let rest = text.replace(NAMES, ' ');
  for (const datum of data) rest = rest.replaceAll(datum, ' ');
  const cyrillic = letters(rest, 'Cyrillic');
  const latin = letters(rest, 'Latin');
  const english = [...rest.matchAll(/\p{L}[\p{L}\u02BB\u02BC'’]*/gu)]
    .map(([word]) => word)
    .filter((word) => ENGLISH.has(word.toLowerCase()));
  if (lang !== 'en' && english.length > 0)
    found.push(`English: ${[...new Set(english)].join(', ')}`);
  if (lang !== 'ru' && cyrillic > 0) {
    found.push(
      `Russian: ${[...new Set(rest.match(/\p{Script=Cyrillic}+/gu))].slice(0, 5).join(', ')}`,
    );
  }
  if (lang === 'ru' && cyrillic + latin > 20 && cyrillic < (cyrillic + latin) * 0.7) {
    found.push(
      `only ${cyrillic} of ${cyrillic + latin} letters are Cyrillic: ${rest
        .match(/\p{Script=Latin}+/gu)
        .slice(0, 8)
        .join(', ')}`,
    );
  }
  if (lang !== 'uz') {
    const uzbek = rest.match(/\p{L}*[\u02BB\u02BC]\p{L}*/gu);
    if (uzbek) found.push(`Uzbek: ${[...new Set(uzbek)].slice(0, 5).join(', ')}`);
  }
  return found;
}
