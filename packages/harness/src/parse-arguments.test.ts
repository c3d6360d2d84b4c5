import { describe, expect, test } from 'vitest';
import { parseArguments } from './parse-arguments.ts';

const PATH = ['01-local-agent', '02-create-provider', '03-deploy'];
const ALONE = ['06-machine-to-machine', '07-user-consent'];
const IDS = [...PATH, ...ALONE];
const parse = (...argv: string[]) => parseArguments(argv, IDS, undefined);

describe('what is asked for', () => {
  test('nothing is the path up to the clean-up, in a run of its own', () => {
    expect(parse()).toMatchObject({ steps: PATH, whole: true, target: 'local', json: false, yes: false });
  });

  test('all is everything, in a run of its own', () => {
    expect(parse('all', '--json')).toMatchObject({ steps: IDS, whole: true, json: true });
  });

  test.each([
    [['03'], ['03-deploy']],
    [['3'], ['03-deploy']],
    [['03-deploy'], ['03-deploy']],
    [
      ['03', '01', '03'],
      ['01-local-agent', '03-deploy'],
    ],
    [
      ['--from', '2'],
      ['02-create-provider', '03-deploy'],
    ],
    [
      ['--from', '01'],
      ['01-local-agent', '02-create-provider', '03-deploy'],
    ],
    [['--from', '06'], ALONE],
    [
      ['6', '1'],
      ['01-local-agent', '06-machine-to-machine'],
    ],
  ])('%j is %j, in the learner’s run', (argv, steps) => {
    expect(parse(...argv)).toMatchObject({ steps, whole: false });
  });

  test('a payload belongs to the step', () => {
    expect(parse('01', '{"prompt":"Hello"}')).toMatchObject({ steps: ['01-local-agent'], payload: { prompt: 'Hello' } });
    expect(parseArguments(['{"prompt":"Hello"}'], IDS, '02-create-provider')).toMatchObject({
      steps: ['02-create-provider'],
      whole: false,
      payload: { prompt: 'Hello' },
    });
  });

  test('a -- that npm or pnpm has passed on means nothing', () => {
    expect(parse('--', '02', '--json')).toMatchObject({ steps: ['02-create-provider'], json: true });
  });
});

test.each([
  [['9'], 'UNKNOWN_STEP'],
  [['--from', ''], 'UNKNOWN_STEP'],
  [['--form', '03'], 'USAGE'],
  [['--from', '03', '01'], 'USAGE'],
  [['--target', 'azure'], 'USAGE'],
  [['all', '03'], 'USAGE'],
  [['all', '--from', '03'], 'USAGE'],
  [['01', '{"prompt":"a"}', '{"prompt":"b"}'], 'USAGE'],
  [['01', '{"prompt":1}'], 'BAD_PAYLOAD'],
  [['01', '{'], 'BAD_PAYLOAD'],
])('%j is refused as %s', (argv, code) => {
  expect(() => parse(...argv)).toThrow(expect.objectContaining({ code }));
});

test('inside of a folder another step is not what is started', () => {
  expect(() => parseArguments(['03'], IDS, '02-create-provider')).toThrow(/This runs 02-create-provider/);
});
