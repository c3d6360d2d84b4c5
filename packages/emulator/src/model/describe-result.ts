import { isObject } from './fields.ts';

const HEADLINE = /^(?:result|value|answer|output|summary|description|conditions?|forecast|weather|sky|text)$/i;
const UNITS: readonly [RegExp, string][] = [
  [/[_ ]?(?:c|celsius)$/i, '°C'],
  [/[_ ]?(?:f|fahrenheit)$/i, '°F'],
];

/** What a tool answered, in words: text as it is, JSON as a list of what it holds. `known` are values that the sentence around it has already. */
export function describeResult(output: string, known: readonly string[] = []): string {
  const text = output.trim();
  if (!/^[[{"]/.test(text)) return text;
  try {
    return inWords(JSON.parse(text), known, 0);
  } catch {
    // Not JSON after all, only text that starts like it.
    return text;
  }
}

function inWords(value: unknown, known: readonly string[], depth: number): string {
  if (value === null || value === undefined) return 'nothing';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return value.trim();
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (depth > 4) return JSON.stringify(value);
  if (Array.isArray(value))
    return value.length === 0 ? 'nothing' : value.map((entry: unknown) => inWords(entry, known, depth + 1)).join('; ');
  if (!isObject(value)) return '';
  const members = Object.entries(value).filter(([, member]) => !(typeof member === 'string' && known.includes(member)));
  const headlines = members.filter(([name]) => HEADLINE.test(name)).map(([, member]) => inWords(member, known, depth + 1));
  const others = members.filter(([name]) => !HEADLINE.test(name)).map(([name, member]) => labelled(name, member, known, depth));
  return [...headlines, ...others].join(', ') || 'nothing';
}

function labelled(name: string, value: unknown, known: readonly string[], depth: number): string {
  const words = inWords(value, known, depth + 1);
  if (/^temp/i.test(name) && typeof value === 'number') {
    const unit = UNITS.find(([pattern]) => pattern.test(name.replace(/^temp(?:erature)?/i, '')))?.[1];
    return unit ? `${words} ${unit}` : `temperature ${words}`;
  }
  return `${name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll(/[_-]+/g, ' ')
    .toLowerCase()} ${words}`;
}

/** `sunny, 21 °C` -> `sunny, 21 °C.` */
export function sentence(text: string): string {
  return /[.!?。]$/.test(text) ? text : `${text}.`;
}
