// A test that depends on how fast the machine is, or on chance, fails where nothing is wrong, and people learn to run it again. What takes time is
// measured in bench/; a test awaits conditions, compares the order of events, counts, or moves a fake clock.
import { readFile } from 'node:fs/promises';

/** Its examples are what it looks for. */
const OWN_TEST = 'scripts/check-tests.test.ts';

const RULES: readonly { pattern: RegExp; in: RegExp; finding: string }[] = [
  {
    pattern: /\bMath\.random\b/g,
    in: /./,
    finding: 'takes a number without a seed: use createRandom(seed)',
  },
  {
    pattern: /\bperformance\.now\b|\bprocess\.hrtime\b|\bconsole\.time\b/g,
    in: /./,
    finding: 'measures time: that belongs in bench/',
  },
  {
    // Not `new Date(Date.now() - hour)`, which is a time in the past.
    pattern: /(?<!new Date\()\bDate\.now\(\)\s*-\s*[A-Za-z_]|[\w)\]]\s-\s*Date\.now\(\)/g,
    in: /./,
    finding: 'calculates how long something took',
  },
  {
    pattern:
      /\bexpect\([^;]*?\)\s*\.(?:not\.)?toBe(?:Less|Greater)\w+\([^;]*?\bDate\.now\(\)|\bexpect\((?:[^;.]|\.(?!to[A-Z]))*?\bDate\.now\(\)(?:[^;.]|\.(?!to[A-Z]))*?\)\s*\.(?:not\.)?toBe/g,
    in: /./,
    finding: 'compares with the clock',
  },
  {
    pattern: /\bexpect\(\w*(?:elapsed|duration|took|millis)\w*\)/gi,
    in: /./,
    finding: 'asserts a duration',
  },
  {
    pattern: /\bawait setTimeout\(|\bnew Promise(?:<\w+>)?\(\(?(\w+)\)? => setTimeout\(\1\b/g,
    in: /\.test\.ts$/,
    finding: 'sleeps: await a condition',
  },
];

export async function checkTests(files: readonly string[]): Promise<string[]> {
  const findings = await Promise.all(
    files.filter((file) => isOfTests(file) && file !== OWN_TEST).map(async (file) => checkTest(file, await readFile(file, 'utf8'))),
  );
  return findings.flat();
}

/** What is wrong with one file, by its lines. */
export function checkTest(file: string, text: string): string[] {
  return RULES.filter((rule) => rule.in.test(file)).flatMap(({ pattern, finding }) =>
    [...text.matchAll(pattern)].map(({ index }) => `${file}:${text.slice(0, index).split('\n').length} ${finding}`),
  );
}

function isOfTests(file: string): boolean {
  return /\.test\.ts$|\/(?:test|fixtures)\/.*\.ts$|\/fixture-[\w-]+\.ts$|^(?:e2e|contract|testing)\/.*\.ts$/.test(file);
}
