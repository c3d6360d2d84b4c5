import { expect, test } from 'vitest';
import { nearest } from './nearest.ts';

const words = ['env', 'entry', 'network', 'credentials', 'requestHeaders'];

test.each([
  ['enviroment', 'env'],
  ['headers', 'requestHeaders'],
  ['credentails', 'credentials'],
  ['Network', 'network'],
  ['ent', 'env'],
  ['enrty', 'entry'],
])('%s was probably meant as %s', (word, meant) => {
  expect(nearest(word, words)).toBe(meant);
});

test.each(['timeout', 'x', ''])('nothing was probably meant by "%s"', (word) => {
  expect(nearest(word, words)).toBeUndefined();
});
