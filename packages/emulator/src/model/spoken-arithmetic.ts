const NUMBERS = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
  'thirteen',
  'fourteen',
  'fifteen',
  'sixteen',
  'seventeen',
  'eighteen',
  'nineteen',
  'twenty',
];

const NUMBER = String.raw`(?<![\d.])\d+(?:\.\d+)?`;

const REWRITES: readonly [RegExp, string | ((...match: string[]) => string)][] = [
  [/[×·⋅∙]/g, '*'],
  [/÷/g, '/'],
  [/[−–]/g, '-'],
  [/√/g, ' sqrt '],
  [/²/g, '^2'],
  [/³/g, '^3'],
  [/\*\*/g, '^'],
  // 1,250,000 is one number; "3, 4" is two.
  [/(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d,])/g, (number) => number!.replaceAll(',', '')],
  [
    new RegExp(
      String.raw`\b(?:${NUMBERS.join('|')})\b(?=\s*(?:[-+*/^x]|times|plus|minus|divided|multiplied|squared|cubed|to the power|over\b|mod\b))`,
      'gi',
    ),
    digits,
  ],
  [
    new RegExp(String.raw`((?:[-+*/^]|times|plus|minus|by|of|\bx|over|mod|power of)\s+)(${NUMBERS.join('|')})\b`, 'gi'),
    (_, before, word) => before! + digits(word!),
  ],
  [/\b(?:the\s+)?square\s+root\s+of\b/gi, ' sqrt '],
  [/\b(?:multiplied\s+by|times)\b/gi, ' * '],
  [/\bdivided\s+by\b/gi, ' / '],
  [/(?<=[\d)]\s*)\bsquared\b/gi, '^2'],
  [/(?<=[\d)]\s*)\bcubed\b/gi, '^3'],
  [/(?<=[\d)]\s*)\bplus\b(?=\s*[-\d(a-z])/gi, ' + '],
  [/(?<=[\d)]\s*)\bminus\b(?=\s*[-\d(a-z])/gi, ' - '],
  [/(?<=[\d)]\s*)\bover\b(?=\s*[\d(])/gi, ' / '],
  [/(?<=[\d)]\s*)\bmod(?:ulo)?\b(?=\s*[\d(])/gi, ' % '],
  [/\b(?:raised\s+)?to\s+the\s+power\s+(?:of\s+)?/gi, ' ^ '],
  [new RegExp(String.raw`(${NUMBER})\s*(?:%|percent)\s+of\s+(?=[\d(])`, 'gi'), '$1 / 100 * '],
  // "2 x 2" and "2x2", but neither "x 2" nor the hexadecimal 0x2.
  [/(?<=(?:[1-9]|\d\.?\d|\)|\b0\s)\s*)[xX](?=\s*[-(\d.])/g, '*'],
];

function digits(word: string): string {
  return String(NUMBERS.indexOf(word.toLowerCase()));
}

/** Rewrites arithmetic in words and typographic signs ("15% of 80", "2 × 2", "square root of 16") to the signs of `findArithmetic`. */
export function spokenArithmetic(text: string): string {
  // One space between words: the patterns look back over white space, which a page of it would make slow.
  let written = text.replaceAll(/\s+/g, ' ');
  for (const [pattern, by] of REWRITES) written = typeof by === 'string' ? written.replace(pattern, by) : written.replace(pattern, by);
  return written;
}
