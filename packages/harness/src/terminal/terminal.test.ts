import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { describeTerminal, type Output } from './describe-terminal.ts';
import { parseDenial } from './parse-denial.ts';
import { printable } from './printable.ts';
import { shorten } from './shorten.ts';
import { createStatusLine } from './status-line.ts';
import { formatTable } from './table.ts';
import { withoutBundleLines } from './without-bundle-lines.ts';
import { wrapStream } from './wrap-stream.ts';
import { wrap } from './wrap.ts';

const terminal = (columns = 80) => ({ isTTY: true, columns }) as unknown as Output;

describe('a terminal', () => {
  test.each([
    [terminal(80), {}, { columns: 80, colour: true, interactive: true }],
    [terminal(40), {}, { columns: 60, colour: true, interactive: true }],
    [terminal(80), { NO_COLOR: '1' }, { columns: 80, colour: false, interactive: true }],
    [terminal(80), { CI: 'true' }, { columns: 80, colour: false, interactive: false }],
    [terminal(80), { CI: '1' }, { columns: 80, colour: false, interactive: false }],
    [terminal(80), { CI: 'false' }, { columns: 80, colour: true, interactive: true }],
    [terminal(0), {}, { columns: undefined, colour: true, interactive: true }],
    [terminal(80), { TERM: 'dumb' }, { columns: 80, colour: false, interactive: false }],
    [{} as Output, {}, { columns: undefined, colour: false, interactive: false }],
    [{} as Output, { FORCE_COLOR: '1' }, { columns: undefined, colour: true, interactive: false }],
    [{} as Output, { FORCE_COLOR: '' }, { columns: undefined, colour: true, interactive: false }],
    [{} as Output, { FORCE_COLOR: 'false' }, { columns: undefined, colour: false, interactive: false }],
    [{} as Output, { FORCE_COLOR: '1', NO_COLOR: '1' }, { columns: undefined, colour: false, interactive: false }],
  ])('%# is described', (stream, env, expected) => {
    const { columns, realColumns: _realColumns, ...rest } = describeTerminal(stream, env);
    expect({ columns: columns(), ...rest }).toEqual(expected);
  });
});

describe('wrapping', () => {
  test('indents further lines by the width of the prefix', () => {
    expect(wrap('one two three', { columns: 11, prefix: '  ✓ ' })).toBe('  ✓ one two\n    three');
    expect(wrap('one two three', { columns: undefined, prefix: '  ✓ ' })).toBe('  ✓ one two three');
  });

  test('counts a Korean character as two columns, and a colour as none', () => {
    expect(wrap('가나다 라마', { columns: 10, prefix: '  ' })).toBe('  가나다\n  라마');
    expect(wrap('\u001B[2mone two\u001B[22m', { columns: 9, prefix: '  ' })).toContain('one two');
  });

  test('breaks a long name after a slash, and a link never', () => {
    expect(wrap('a role/first/second', { columns: 14, prefix: '  ' })).toBe('  a\n  role/first/\n  second');
    expect(wrap('role/a-long-name-of-it', { columns: 14, prefix: '  ' })).toBe('  role/a-long-\n  name-of-it');
    const link = `https://example.com/${'x'.repeat(80)}/y`;
    expect(wrap(link, { columns: 60, prefix: '    ' })).toBe(`    ${link}`);
  });

  test('begins a first line after a prefix that is wider than the indent', () => {
    expect(wrap('one two three', { columns: 14, prefix: '12:34:56 ', rest: '    ' })).toBe('12:34:56 one\n    two three');
    expect(wrap('one two', { columns: 14, prefix: '12:34:56 ', rest: '    ' })).toBe('12:34:56 one\n    two');
    expect(wrap('unbreakable', { columns: 14, prefix: '12:34:56 ', rest: '    ' })).toContain('unbreakable');
  });

  test('keeps what is indented where it is', () => {
    expect(wrap('a\n    at b', { columns: 60, prefix: '| ' })).toBe('| a\n      at b');
  });
});

describe('wrapping a command to type', () => {
  test.each([
    'npm start -- 03 --repair',
    'npm start -- 05 --target aws',
    'npm start -- hints 03',
    'npm start -- --help',
    'npm start -- 03 --break 1',
    'npm start -- 05 --run 1a2b3c',
  ])('keeps %s on one line', (command) => {
    for (let columns = 60; columns < 60 + command.length; columns += 1) {
      const wrapped = wrap(`${'Lorem ipsum dolor sit amet, consectetur adipiscing elit: '}${command}. Then more words.`, {
        columns,
        prefix: '  ',
      });
      expect(wrapped).toContain(command);
      expect(wrapped.split('\n').length).toBeGreaterThan(1);
    }
  });

  test('breaks between a command and the sentence around it', () => {
    expect(wrap('Run npm start -- 02 and go on', { columns: 18, prefix: '' })).toBe('Run\nnpm start -- 02\nand go on');
  });
});

describe('wrapping an answer that arrives in pieces', () => {
  const texts = [
    'It is sunny in Seoul, 22 °C.',
    'one two  three\nfour five six seven',
    '서울은 맑고 기온은 22도입니다',
    'a role/first/second/third-and-more b',
    '\n\na\n',
    '',
  ];
  const arrived = (pieces: readonly string[], columns: number | undefined) => {
    let out = '';
    const stream = wrapStream({ columns, indent: '  ', write: (text) => (out += text) });
    for (const piece of pieces) stream.push(piece);
    stream.end();
    return `> ${out}`;
  };

  test.each(texts)('is the same however it is cut: %j', (text) => {
    const whole = arrived([text], 16);
    for (const size of [1, 2, 3, 5]) expect(arrived(text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [], 16)).toBe(whole);
    expect(whole.split('\n').filter((line) => stringWidth(line) > 16)).toEqual([]);
    expect(whole.slice(2).replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''));
  });

  test('breaks at spaces', () => {
    expect(arrived(['It is sunny in Seoul'], 16)).toBe('> It is sunny in\n  Seoul');
  });

  test('is left as it is in a pipe', () => {
    expect(arrived(['one  two\nthr', 'ee '], undefined)).toBe('> one  two\n  three ');
  });
});

test.each([
  ['arn:aws:iam::123456789012:role/Agent-x', 'arn:…:role/Agent-x'],
  ['(arn:aws-us-gov:ecr:us-gov-west-1:123456789012:repository/a), b', '(arn:…:repository/a), b'],
  ['123456789012.dkr.ecr.us-west-2.amazonaws.com/a@sha256:' + 'ab'.repeat(32), '…/a@sha256:abababababab…'],
  [`assumed-role/Agent/BedrockAgentCore-${'0f'.repeat(16)}`, 'assumed-role/Agent/BedrockAgentCore-…'],
  ['arn:…:role/Agent-x', 'arn:…:role/Agent-x'],
  ['nothing to shorten', 'nothing to shorten'],
])('%s is shortened', (text, shorter) => {
  expect(shorten(text)).toBe(shorter);
});

test('a table is aligned by what is seen', () => {
  const rows = [
    ['가', 'b', 'one two three'],
    ['abcd', '', 'x'],
  ];
  expect(formatTable(rows, { columns: 18, indent: 2 })).toEqual(['  가    b  one two\n           three', '  abcd     x']);
});

describe('a denial', () => {
  const principal = 'arn:aws:sts::123456789012:assumed-role/R/s';

  test('of AWS is taken apart', () => {
    expect(
      parseDenial(
        `User: ${principal} is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::a/b because no identity-based policy allows the s3:GetObject action`,
      ),
    ).toEqual({
      context: '',
      principal,
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::a/b',
      reason: 'no identity-based policy allows the s3:GetObject action',
      rest: '',
    });
  });

  test('of AgentCore names the secret that it could not read', () => {
    // As AWS was seen to word it, by two reports.
    const secret = "Access denied when retrieving secret 'arn:aws:secretsmanager:us-west-2:123456789012:secret:x-AbCdEf'.";
    expect(parseDenial(`${secret} User: ${principal} is not authorized to perform: secretsmanager:GetSecretValue`)).toEqual({
      context: secret,
      principal,
      action: 'secretsmanager:GetSecretValue',
      rest: '',
    });
  });

  test('of our packages keeps everything', () => {
    const message = `Failed to get token: GetResourceApiKey (credential provider 'x'): User: ${principal} is not authorized to perform: a:B on resource: arn:c because no policy allows it. To fix it, allow a:B on d.e/* and f. A policy that was attached a moment ago can take some seconds to work. (AWS request id: 14f3-d0)`;
    expect(parseDenial(message)).toEqual({
      context: "Failed to get token: GetResourceApiKey (credential provider 'x')",
      principal,
      action: 'a:B',
      resource: 'arn:c',
      reason: 'no policy allows it',
      fix: 'allow a:B on d.e/* and f',
      requestId: '14f3-d0',
      rest: 'A policy that was attached a moment ago can take some seconds to work.',
    });
  });

  test.each([
    [
      `User: ${principal} is not authorized to perform: a:B with an explicit deny in a resource-based policy`,
      'an explicit deny in a resource-based policy',
    ],
    [
      `User: ${principal} is not authorized to perform: a:B on resource: r with an explicit deny in a permissions boundary`,
      'an explicit deny in a permissions boundary',
    ],
    [`User: ${principal} is not authorized to perform: a:B on resource: r`, undefined],
  ])('%s gives its reason', (message, reason) => {
    expect(parseDenial(message)).toMatchObject({ action: 'a:B' });
    expect(parseDenial(message)?.reason).toBe(reason);
  });

  test('is nothing else', () => {
    expect(parseDenial('401 Incorrect API key')).toBeUndefined();
  });
});

test('lines of a bundle are left out of an error, its message is not', () => {
  const error = [
    'It printed last:',
    'file:///app/index.mjs:265',
    `var a=1;${'b();'.repeat(100)}`,
    '      ^',
    '',
    'Error: I forgot something',
    '    at file:///app/index.mjs:265:25343',
    '    at node:internal/main/run_main_module:1:2',
    '',
    'Node.js v24',
  ].join('\n');
  expect(withoutBundleLines(error)).toBe('It printed last:\nError: I forgot something\n    …\n\nNode.js v24');
});

test.each([
  ['colour \u001B[31mred\u001B[0m', 'colour red'],
  ['clear \u001B[2J\u001B[H', 'clear '],
  ['title \u001B]0;mine\u0007 link \u001B]8;;http://a\u001B\\b', 'title  link b'],
  ['clipboard \u001B]52;c;aGk=\u0007', 'clipboard '],
  ['a piece of one \u001B', 'a piece of one ␛'],
  ['over\rwritten', 'over␍written'],
  ['lines\r\n\tand tabs\n', 'lines\n\tand tabs\n'],
  ['bell \u0007 and \u007F \u009B2J', 'bell ␇ and \uFFFD '],
])('%j is harmless to a terminal', (text, harmless) => {
  expect(printable(text)).toBe(harmless);
});

// Texts that an expression with two ways to read them, or with a look to the end from each line, would take minutes for.
test.each([
  ['file:///a.js:1\n', withoutBundleLines],
  ['    at x\n', withoutBundleLines],
  ['    at node:internal/', withoutBundleLines],
  ['file:///a.js:1', withoutBundleLines],
  ['To fix it, ', (text: string) => parseDenial(`User: a is not authorized to perform: a:B ${text}`)],
  ['(AWS request id: ', (text: string) => parseDenial(`User: a is not authorized to perform: a:B ${text}`)],
  [': User: ', parseDenial],
  ['arn:aws-', shorten],
  ['\u001B]8;;', printable],
  ['\u001B[1;', printable],
])('%j, repeated, is read in one pass', (part, read) => {
  expect(() => read(part.repeat(500_000 / part.length))).not.toThrow();
});

describe('the status line', () => {
  function waiting(interactive: boolean, columns = 30) {
    let written = '';
    let time = 0;
    const out = { write: (text: string) => (written += text) } as unknown as Output;
    const shape = { columns: () => 60, realColumns: () => columns, colour: false, interactive };
    const status = createStatusLine({ out, terminal: shape, now: () => time });
    return { status, written: () => written, pass: (ms: number) => (time += ms) };
  }

  test('appears after a second, makes way for lines, and goes', async ({ onTestFinished }) => {
    const { status, written, pass } = waiting(true);
    onTestFinished(() => status.hide());
    status.show('Deploying: a name that is longer than the line');
    pass(2500);
    await expect.poll(written).toContain('Deploying: a name');
    const frames = written().split('\r\u001B[K');
    expect(frames[1]).toMatch(/^ {2}. Deploying: a name.* \(2 s\)$/);
    for (const frame of frames) expect(frame.length).toBeLessThanOrEqual(30);
    status.above(() => undefined);
    expect(written().endsWith('\r\u001B[K')).toBe(true);
  });

  test.each([
    [8, '… (2 s)'],
    [12, '  ⠙ … (2 s)'],
    [29, '  ⠙ 배포하는 중: 이름… (2 s)'],
  ])('fits into %d columns', async (columns, expected) => {
    const { status, written, pass } = waiting(true, columns);
    status.show('배포하는 중:\n이름 👩‍👩‍👧 with a name that is longer than the line');
    pass(2500);
    await expect.poll(written).toBeTruthy();
    status.hide();
    const [, frame = ''] = written().split('\r\u001B[K');
    expect(stringWidth(frame)).toBeLessThan(columns);
    expect(frame).toBe(expected);
  });

  test('is nothing where lines cannot be rewritten', () => {
    const { status, written } = waiting(false);
    status.show('Deploying');
    status.above(() => undefined);
    status.hide();
    expect(written()).toBe('');
  });
});
