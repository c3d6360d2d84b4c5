import type { Random } from './random.ts';

/** Stands in a value for JSON text that no value gives, e.g. a number that is too large for one. */
export const RAW_TEXT: Readonly<Record<string, string>> = {
  '@raw-huge-number@': '1e400',
  '@raw-long-number@': '9'.repeat(400),
  '@raw-deep-list@': '['.repeat(20_000) + ']'.repeat(20_000),
  '@raw-deep-object@': '{"a":'.repeat(20_000) + '1' + '}'.repeat(20_000),
  '@raw-own-proto@': '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
  '@raw-twice@': '{"name":"a","name":{"name":[]}}',
};

const STRINGS = [
  '',
  ' ',
  '\u0000',
  'a\r\nx-injected: 1',
  '\uD800',
  'é\u0301\u202E😀',
  '<a>&quot;\'"]]>',
  '../../seal.key',
  '%00%2e%2e%2f',
  '${aws:username}',
  '*',
  '?'.repeat(40),
  'a*'.repeat(60),
  '__proto__',
  'constructor',
  'arn:aws:iam::123456789012:role/../x',
  'arn:::::',
  ':'.repeat(20),
  'true',
  '-1',
  'x'.repeat(300),
  'x'.repeat(5000),
  'x'.repeat(200_000),
  '{'.repeat(3000),
  '['.repeat(3000),
  '{"Statement":'.repeat(500),
];
const OTHERS = [null, true, 0, -1, 0.5, 2 ** 31, 2 ** 53, -(2 ** 63), 1e308, [], {}, [[]], [null], [{}], { '': '' }, { __x: [1] }];
const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype', '', ' ', 'x'.repeat(300), 'NAME'];

interface Slot {
  holder: Record<string, unknown> | unknown[];
  key: string;
}

/** A copy of `input` with some of its parts left out, of another type, too long, or otherwise not what a model says. */
export function mutate(input: unknown, random: Random): unknown {
  const root = { value: structuredClone(input) };
  for (let rounds = 1 + random.below(2); rounds > 0; rounds -= 1) {
    const { holder, key } = random.pick(slotsOf(root));
    change(holder as Record<string, unknown>, key, random);
  }
  return root.value;
}

/** Every smaller version of `input`: with one part left out. For finding out what of an input matters. */
export function* smaller(input: unknown): Generator<unknown> {
  const count = slotsOf({ value: input }).length;
  for (let index = count - 1; index > 0; index -= 1) {
    const root = { value: structuredClone(input) };
    const { holder, key } = slotsOf(root)[index]!;
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else delete holder[key];
    yield root.value;
  }
}

function slotsOf(root: { value: unknown }): Slot[] {
  const slots: Slot[] = [{ holder: root, key: 'value' }];
  for (const { holder, key } of slots) {
    const value = (holder as Record<string, unknown>)[key];
    if (typeof value !== 'object' || value === null || slots.length > 500) continue;
    slots.push(...Object.keys(value).map((name) => ({ holder: value as Record<string, unknown>, key: name })));
  }
  return slots;
}

function change(holder: Record<string, unknown>, key: string, random: Random): void {
  const value = holder[key];
  switch (random.below(8)) {
    case 0:
      delete holder[key];
      break;
    case 1:
      holder[key] = structuredClone(random.pick(OTHERS));
      break;
    case 2:
    case 3:
      holder[key] = random.pick(STRINGS);
      break;
    case 4:
      holder[key] = random.pick(Object.keys(RAW_TEXT));
      break;
    case 5:
      if (typeof value === 'string') holder[key] = spoil(value, random);
      else if (Array.isArray(value)) holder[key] = Array.from({ length: 1 + random.below(300) }, () => shortened(value[0] ?? 'x'));
      else holder[key] = [value];
      break;
    case 6:
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
        // Assigned, `__proto__` would be the object's prototype and not a member of it.
        Object.defineProperty(value, random.pick(NAMES), {
          value: random.pick(STRINGS),
          enumerable: true,
          configurable: true,
          writable: true,
        });
      } else holder[key] = value;
      break;
    default:
      if (typeof value === 'object' && value !== null)
        for (const name of Object.keys(value)) (value as Record<string, unknown>)[name] = random.pick(STRINGS);
      else holder[key] = { [random.pick(NAMES)]: value };
  }
}

/** Three hundred of the longest strings would only measure how much memory there is. */
function shortened(value: unknown): unknown {
  return JSON.stringify(value).length > 5000 ? 'x' : value;
}

function spoil(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  const piece = random.pick(STRINGS);
  return random.chance(0.5) ? text.slice(0, at) : text.slice(0, at) + piece + text.slice(at);
}
