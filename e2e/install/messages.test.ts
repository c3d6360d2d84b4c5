import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const FOLDER = fileURLToPath(new URL('../../packages/harness/launch/', import.meta.url));
const [en, ko] = ['en', 'ko'].map((language) => JSON.parse(readFileSync(`${FOLDER}${language}.json`, 'utf8')) as Record<string, string>);
const placeholders = (text = '') => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
const codes = (text = '') => [...text.matchAll(/\[[A-Z_]+\]/g)].map(String);

test('both languages have the same messages, with the same placeholders and codes', () => {
  expect(Object.keys(ko!)).toEqual(Object.keys(en!));
  for (const id of Object.keys(en!)) {
    expect(placeholders(ko![id]), id).toEqual(placeholders(en![id]));
    expect(codes(ko![id]), id).toEqual(codes(en![id]));
  }
});

test('each message is used, and each one that is used exists', () => {
  const source = ['../launch.mjs', ...readdirSync(FOLDER).filter((name) => name.endsWith('.mjs'))]
    .map((name) => readFileSync(FOLDER + name, 'utf8'))
    .join('\n');
  const passed = [...source.matchAll(/\b(?:message|say)\('(\w+)'/g)].map(([, id]) => id!);
  expect(passed.filter((id) => !(id in en!))).toEqual([]);
  expect(Object.keys(en!).filter((id) => !source.includes(`'${id}'`))).toEqual([]);
});
