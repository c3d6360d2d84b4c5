import { expect, test } from 'vitest';
import { describeResult, sentence } from './describe-result.ts';

test.each([
  ['sunny, 21 °C', 'sunny, 21 °C'],
  ['4', '4'],
  ['"cloudy"', 'cloudy'],
  ['{"city":"Oslo","condition":"rain","temperatureC":4}', 'rain, 4 °C'],
  ['{"city":"Oslo","temp_f":40,"windSpeed":12}', '40 °F, wind speed 12'],
  ['{"result":0.5}', '0.5'],
  ['{"temperature":7,"dry":true}', 'temperature 7, dry yes'],
  ['[]', 'nothing'],
  ['[{"title":"A","number":1},{"title":"B","number":2}]', 'title A, number 1; title B, number 2'],
  ['[not JSON', '[not JSON'],
])('%s reads: %s', (output, words) => {
  expect(describeResult(output, ['Oslo'])).toBe(words);
});

test('a sentence gets a full stop unless it ends with a mark', () => {
  expect([sentence('sunny'), sentence('Sunny!'), sentence('Sunny.')]).toEqual(['sunny.', 'Sunny!', 'Sunny.']);
});
