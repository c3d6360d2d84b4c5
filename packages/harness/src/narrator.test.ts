import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { verbatim } from './messages/catalog.ts';
import { narrateDeploy } from './narrate-deploy.ts';
import { createNarrator, type NarratorOptions } from './narrator.ts';

function listen(options: Partial<NarratorOptions> = {}, columns?: number) {
  const out = Object.assign(new PassThrough(), columns === undefined ? {} : { isTTY: true, columns });
  return {
    say: createNarrator({ out, env: { NO_COLOR: '1', CI: 'true' }, ...options }),
    text: () => (out.read() as Buffer | null)?.toString() ?? '',
  };
}

async function* pieces(...texts: string[]) {
  yield* texts;
}

test('an answer is printed as it arrives, and kept', async () => {
  const { say, text } = listen();
  expect(await say.stream(pieces('It is\n', 'sunny.'))).toBe('It is\nsunny.');
  expect(text()).toBe('  » It is\n    sunny.\n');
  await say.stream(pieces('4'));
  expect(say.output).toBe('It is\nsunny.\n4');
});

test('an answer that never starts prints nothing', async () => {
  const { say, text } = listen();
  const failing = (async function* () {
    yield* [];
    throw new Error('denied');
  })();
  await expect(say.stream(failing)).rejects.toThrow('denied');
  expect(text()).toBe('');
});

test('without a terminal there are no colours', () => {
  const { say, text } = listen();
  say.heading(verbatim('01 Title'));
  say.done(verbatim('made'), 'arn');
  say.show('a\nb');
  expect(text()).toBe('\n01 Title\n  ✓ made arn\n    │ a\n    │ b\n');
});

test('a deployment is told part by part, and what has not changed once', () => {
  const { say, text } = listen();
  const onEvent = narrateDeploy(say);
  onEvent({ type: 'started', step: 'role' });
  for (let time = 0; time < 2; time += 1)
    onEvent({ type: 'finished', step: 'bundle', detail: '3 files', resource: 'file:///agent.ts', ms: 5 });
  onEvent({ type: 'finished', step: 'role', detail: 'create', resource: 'arn:role', ms: 7 });
  expect(text()).toBe('  ✓ bundle: 3 files (5 ms)\n  ✓ role: created arn:role (7 ms)\n');
});

test('on a terminal a document keeps its bar on every line, and a list shows where a name begins', () => {
  const { say, text } = listen({}, 60);
  say.show('word '.repeat(14).trim());
  say.diff(['word '.repeat(12).trim()], []);
  say.item(verbatim(`arn:${'name/'.repeat(13)}`));
  const [first, second, removed, more, name, rest] = text().split('\n');
  expect([first, second]).toEqual([`    │ ${'word '.repeat(11).trim()}`, `    │ ${'word '.repeat(3).trim()}`]);
  expect([removed, more]).toEqual([`    │ - ${'word '.repeat(10).trim()}`, `    │   ${'word '.repeat(2).trim()}`]);
  expect([name, rest]).toEqual([`  arn:${'name/'.repeat(10)}`, `    ${'name/'.repeat(3)}`]);
});

test('a brief report announces nothing that it leaves out', () => {
  const { say, text } = listen({ brief: true });
  say.about(verbatim('Deleting the key:'));
  say.done(verbatim('deleted'), 'arn');
  expect(text()).toBe('  Deleting the key.\n');
});

test('what others have written does not reach the terminal as a command to it', async () => {
  const out = new PassThrough();
  const say = createNarrator({ out, env: { FORCE_COLOR: '1' }, verbose: true });
  const evil = 'a\u001B[2J\u001B]0;title\u0007\rb\u009B2Jc';
  for (const tell of [say.heading, say.about, say.warn, say.next, say.done, say.passed]) tell(verbatim(evil));
  say.done(verbatim('made'), evil);
  say.failed(verbatim(evil), verbatim(evil));
  say.verdict(verbatim(evil), verbatim(evil));
  say.table([{ cells: [verbatim(evil), verbatim(evil)], note: verbatim(evil) }]);
  say.diff([evil], [evil]);
  say.log({ time: '12:34:56.789', level: evil, text: evil, fields: [evil], error: evil, stack: evil });
  say.show(evil);
  say.show(`User: ${evil} is not authorized to perform: a:B because ${evil}`);
  await say.stream(pieces(evil, '\u001B', '[2J'));
  say.error(verbatim(evil), 'CODE');
  const written = (out.read() as Buffer).toString();
  // Only colours are left.
  expect(written.replaceAll(/\p{Cc}\[\d+m/gu, '')).not.toMatch(/[^\P{Cc}\n]/u);
  expect(written).toContain('\u001B[31m');
});
