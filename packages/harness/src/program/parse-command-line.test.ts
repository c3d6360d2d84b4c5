import { readFileSync } from 'node:fs';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { ALL_OPTIONS, flagOf } from './options.ts';
import { COMMANDS, parseCommandLine } from './parse-command-line.ts';

const parse = (...argv: string[]) => parseCommandLine(argv, 'en');

test.each([
  [[], { command: 'run', words: [], options: {} }],
  [['03', '{"prompt":"x"}'], { command: 'run', words: ['03', '{"prompt":"x"}'], options: {} }],
  [['--', '03', '--break', '1'], { command: 'run', words: ['03'], options: { break: '1' } }],
  [['--json', '--target', 'aws', 'status'], { command: 'status', words: [], options: { json: true, target: 'aws' } }],
  [['check', '01', '02', '--lang=ko'], { command: 'check', words: ['01', '02'], options: { lang: 'ko' } }],
  [['sweep', '--older-than', '90m', '-y'], { command: 'sweep', options: { olderThan: { text: '90m', ms: 5_400_000 }, yes: true } }],
])('%j is understood', (argv, expected) => {
  expect(parse(...argv)).toMatchObject(expected);
});

test.each([
  [['--form', '03'], "Unknown option '--form'. Did you mean --from?"],
  [['--quite-other'], "Unknown option '--quite-other'."],
  [['03', '--break'], "Option '--break' needs a value."],
  [['--json=yes'], "Option '--json' takes no value."],
  [['--target', 'gcp'], "Invalid value 'gcp' for --target. Expected local, aws."],
  [['--lang', 'de'], "Invalid value 'de' for --lang. Expected en, ko."],
  [['sweep', '--older-than', 'soon'], "Invalid value 'soon' for --older-than."],
  [['status', '--break', '1'], "Option '--break' has no effect with 'npm start -- status'."],
  [['--expect-nothing'], "Option '--expect-nothing' has no effect with 'npm start'."],
  [['status', '03'], "Unexpected argument '03'."],
  [['hints', '03', '2', 'more'], "Unexpected argument 'more'."],
])('%j is refused with the reason', (argv, reason) => {
  expect(() => parse(...argv)).toThrow(expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(reason) }));
});

test('the help names every command and option, in both languages', () => {
  for (const language of ['en', 'ko'] as const) {
    const { help = '' } = parseCommandLine(['--help'], language) as { help?: string };
    for (const command of COMMANDS) expect(help).toContain(`\n  ${command} `);
    const sweep = (parseCommandLine(['sweep', '--help'], language) as { help: string }).help;
    for (const name of ALL_OPTIONS) expect(help + sweep).toContain(flagOf(name));
  }
  expect((parseCommandLine(['--help'], 'ko') as { help: string }).help).toMatch(/사용법:[^]*옵션:[^]*명령:[^]*예:/);
});

test.each([
  ['en', 60],
  ['ko', 60],
  ['en', 80],
  ['ko', 80],
] as const)('the help in %s fits into %d columns', (language, columns) => {
  for (const argv of [['--help'], ...COMMANDS.map((command) => [command, '--help'])]) {
    const { help } = parseCommandLine(argv, language, columns) as { help: string };
    // An example is one command: it is not wrapped.
    const lines = help.split('\n').filter((line) => !line.startsWith('  npm start'));
    expect(lines.filter((line) => stringWidth(line) > columns)).toEqual([]);
  }
});

test('the launcher knows the options that npm may take for its own', () => {
  const file = new URL('../../launch/options.json', import.meta.url);
  const known = Object.keys(JSON.parse(readFileSync(file, 'utf8')) as Record<string, string | null>);
  expect(known.map((name) => `--${name}`).toSorted()).toEqual(ALL_OPTIONS.map((name) => flagOf(name)).toSorted());
});
