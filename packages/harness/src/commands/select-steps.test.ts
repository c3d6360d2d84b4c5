import { describe, expect, test } from 'vitest';
import type { Options } from '../program/options.ts';
import { selectSteps } from './select-steps.ts';

const PATH = ['01-local-agent', '02-create-provider', '03-deploy'];
const ALONE = ['06-machine-to-machine', '07-user-consent'];
const ids = [...PATH, ...ALONE];
const select = (words: string[], options: Options = {}, here?: string) => selectSteps({ words, options, ids, here });

describe('in the root', () => {
  test('nothing is the path up to the clean-up, in a run of its own', () => {
    expect(select([])).toMatchObject({ steps: PATH, whole: true });
  });

  test('all is everything, in a run of its own', () => {
    expect(select(['all'])).toMatchObject({ steps: ids, whole: true });
  });

  test.each([
    [['03'], {}, ['03-deploy']],
    [['3'], {}, ['03-deploy']],
    [['03-deploy'], {}, ['03-deploy']],
    [['03', '01', '03'], {}, ['01-local-agent', '03-deploy']],
    [[], { from: '2' }, ['02-create-provider', '03-deploy']],
    [[], { from: '06' }, ALONE],
  ])('%j with %j is %j, in the learner’s run', (words, options, steps) => {
    expect(select(words, options)).toMatchObject({ steps, whole: false });
  });
});

test("in a tutorial's folder nothing is that tutorial, and everything else is as in the root", () => {
  expect(select([], {}, '03-deploy')).toMatchObject({ steps: ['03-deploy'], whole: false });
  expect(select(['{"prompt":"Hello"}'], {}, '01-local-agent')).toMatchObject({ steps: ['01-local-agent'], payload: { prompt: 'Hello' } });
  expect(select(['02'], {}, '03-deploy')).toMatchObject({ steps: ['02-create-provider'], whole: false });
  expect(select([], { break: '1' }, '03-deploy')).toMatchObject({ steps: ['03-deploy'] });
});

test.each([
  [['9'], {}, 'UNKNOWN_STEP'],
  [[], { from: '' }, 'UNKNOWN_STEP'],
  [['01'], { from: '03' }, 'USAGE'],
  [['all', '03'], {}, 'USAGE'],
  [[], { break: '1' }, 'USAGE'],
  [['03'], { break: '1', repair: true }, 'USAGE'],
  [['01', '{"prompt":"a"}', '{"prompt":"b"}'], {}, 'USAGE'],
  [['01', '{"prompt":1}'], {}, 'BAD_PAYLOAD'],
  [['01', '{'], {}, 'BAD_PAYLOAD'],
])('%j with %j is refused as %s', (words, options, code) => {
  expect(() => select(words, options)).toThrow(expect.objectContaining({ code }));
});

test('a typing error is answered with what was meant', () => {
  expect(() => select(['statsu'])).toThrow("Unknown tutorial or command 'statsu'. Did you mean status?");
  expect(() => select(['03-depoly'])).toThrow('Did you mean 03-deploy?');
});
