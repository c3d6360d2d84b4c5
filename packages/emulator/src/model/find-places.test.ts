import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { findPlaces } from './find-places.ts';

test.each([
  ['What is the weather in Paris?', ['Paris']],
  ['What is the weather in Paris, London and New York today?', ['Paris', 'London', 'New York']],
  ['weather in paris', ['Paris']],
  ['what is the weather like in new york right now', ['New York']],
  ["What's the weather in Paris, France?", ['Paris, France']],
  ["What is Tokyo's weather?", ['Tokyo']],
  ['Paris weather', ['Paris']],
  ['Is it warmer in Seoul or Busan?', ['Seoul', 'Busan']],
  ['What is the weather in São Paulo and how much is 2 + 2?', ['São Paulo']],
  ['What is 2 + 2 and what is the weather in Paris and 3 * 3?', ['Paris']],
  ['What is the weather in Oslo and in Lima?', ['Oslo', 'Lima']],
  ['What is the weather now?', []],
  ['What is the weather in the morning?', []],
  ['What is the weather?', []],
  ['Tell me the temperature in Celsius', []],
  ['Weather in Rome in celsius', ['Rome']],
  ['Compare the weather in Oslo and the weather in Rome', ['Oslo', 'Rome']],
])('%s names %j', (question, places) => {
  expect(findPlaces(question)).toEqual(places);
});

test('any list of cities is found, in order', () => {
  const cities = fc.uniqueArray(fc.constantFrom('Paris', 'New York', 'Seoul', 'Rio de Janeiro', 'Zürich', 'Oslo'), { minLength: 1 });
  fc.assert(
    fc.property(cities, (names) => {
      const list = names.length === 1 ? names[0]! : `${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`;
      expect(findPlaces(`What is the weather in ${list} today?`)).toEqual(names);
    }),
  );
});

test('any text is read without an error, and no place is empty', () => {
  const text = fc.string({ unit: fc.constantFrom('in ', 'weather ', 'Paris ', 'and ', ', ', '? ', 'a', '\u0000', "'s ") });
  fc.assert(
    fc.property(text, (question) => {
      for (const place of findPlaces(question)) expect(place.trim()).not.toBe('');
    }),
  );
});
