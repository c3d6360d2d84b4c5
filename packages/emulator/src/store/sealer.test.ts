import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { createSealer } from './sealer.ts';

const directory = mkdtempSync(join(tmpdir(), 'sealer-'));
afterAll(() => rmSync(directory, { recursive: true }));
const keyFile = join(directory, 'seal.key');
const sealer = createSealer(keyFile);

test('any text comes back, also after the key was read again from its file', () => {
  const again = createSealer(keyFile);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(again.open(sealer.seal(text, 'p'), 'p')).toBe(text);
    }),
  );
  expect(statSync(keyFile).mode & 0o777).toBe(0o600);
});

test('a sealed text does not show what is in it, and is another each time', () => {
  const sealed = sealer.seal('secret', 'p');
  expect(Buffer.from(sealed, 'base64url').includes('secret')).toBe(false);
  expect(sealer.seal('secret', 'p')).not.toBe(sealed);
});

test('a text that was sealed for one purpose does not open for another', () => {
  expect(sealer.open(sealer.seal('secret', 'one'), 'two')).toBeUndefined();
});

test('a sealed text with any character changed, added or taken away does not open', () => {
  const sealed = sealer.seal('secret', 'p');
  const places = Array.from({ length: sealed.length + 1 }, (_, at) => [sealed.slice(0, at), sealed.slice(at)] as const);
  const changed = places.flatMap(([before, after]) => [
    before,
    ...[...'ABCxyz019-_=+/ \n'].flatMap((character) => [before + character + after, before + character + after.slice(1)]),
  ]);
  expect(changed.filter((text) => text !== sealed && sealer.open(text, 'p') !== undefined)).toEqual([]);
});

test('a key file that is damaged is said to be, and is not replaced', () => {
  const damaged = join(directory, 'damaged.key');
  writeFileSync(damaged, 'short');
  expect(() => createSealer(damaged)).toThrow('damaged.key is damaged: it should hold 32 bytes and holds 5.');
});
