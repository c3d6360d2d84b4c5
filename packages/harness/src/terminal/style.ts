import { styleText } from 'node:util';

/** What a text means. */
export type Tone = 'heading' | 'pass' | 'fail' | 'warning' | 'answer' | 'detail' | 'removed' | 'added';

const FORMATS = {
  heading: 'bold',
  pass: 'green',
  fail: 'red',
  warning: 'yellow',
  answer: 'cyan',
  detail: 'dim',
  removed: 'red',
  added: 'green',
} as const satisfies Readonly<Record<Tone, string>>;

export type Style = (tone: Tone, text: string) => string;

/** Colours by meaning, or leaves everything as it is. */
export function createStyle({ colour }: { colour: boolean }): Style {
  return (tone, text) => (colour && text !== '' ? styleText(FORMATS[tone], text, { validateStream: false }) : text);
}
