import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { stateDirectory } from './find-steps.ts';
import { hasCurrentRun, openRunState } from './run-state.ts';

let directory: string;
const scope = 'local-123456789012-us-west-2';
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'run-state-'))));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('a run is on disk before it makes anything, for its owner only, and without more than names', () => {
  const { run } = openRunState({ directory, scope, which: 'current' });
  const file = join(directory, `run-${scope}.json`);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ id: run.id, startedAt: expect.any(String), done: [] });
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('the next step finds the run, and what was done in it', () => {
  const first = openRunState({ directory, scope, which: 'current' });
  first.markDone('02-create-provider');
  first.markDone('02-create-provider');
  const second = openRunState({ directory, scope, which: 'current' });
  expect(second.run.id).toBe(first.run.id);
  expect(second.isDone('02-create-provider')).toBe(true);
  expect(second.isDone('03-deploy')).toBe(false);
});

test('every name and the tag bear the id, so that two runs do not meet', () => {
  const { run } = openRunState({ directory, scope, which: { id: 'abc123' } });
  expect(run).toEqual({
    id: 'abc123',
    providerName: 'openai-abc123',
    agentName: 'outbound_auth_abc123',
    named: expect.any(Function),
    tags: { 'agentcore-tutorials:run': 'abc123' },
  });
  expect(run.named('notes')).toBe('notes_abc123');
});

test('a new run leaves the current one alone, and can be found by its id', () => {
  const current = openRunState({ directory, scope, which: 'current' });
  const fresh = openRunState({ directory, scope, which: 'new' });
  expect(fresh.run.id).not.toBe(current.run.id);
  fresh.markDone('03-deploy');
  expect(openRunState({ directory, scope, which: { id: fresh.run.id } }).isDone('03-deploy')).toBe(true);
  fresh.forget();
  expect(readdirSync(directory)).toEqual([`run-${scope}.json`]);
  expect(openRunState({ directory, scope, which: { id: current.run.id } }).run.id).toBe(current.run.id);
  expect(readdirSync(directory)).toEqual([`run-${scope}.json`]);
});

test('a run in which nothing is to last is forgotten, unless it was there before', () => {
  const first = openRunState({ directory, scope, which: 'current' });
  first.forgetIfEmpty();
  expect(readdirSync(directory)).toEqual([]);
  openRunState({ directory, scope, which: 'current' }).markDone('02-create-provider');
  openRunState({ directory, scope, which: 'current' }).forgetIfEmpty();
  expect(hasCurrentRun({ directory, scope })).toBe(true);
});

test('a run that is forgotten is followed by another one', () => {
  const first = openRunState({ directory, scope, which: 'current' });
  expect(hasCurrentRun({ directory, scope })).toBe(true);
  first.forget();
  expect(hasCurrentRun({ directory, scope })).toBe(false);
  expect(openRunState({ directory, scope, which: 'current' }).run.id).not.toBe(first.run.id);
});

test.each(['', '{', '{"id":"../../x","done":[]}', '{"id":"abc123"}'])('a file with %j is refused, and kept', (text) => {
  const file = join(directory, `run-${scope}.json`);
  writeFileSync(file, text);
  expect(() => openRunState({ directory, scope, which: 'current' })).toThrow(expect.objectContaining({ code: 'UNKNOWN_RUN' }));
  expect(readFileSync(file, 'utf8')).toBe(text);
});

test('an id that leads out of the directory is refused', () => {
  expect(() => openRunState({ directory, scope, which: { id: '../abc' } })).toThrow(/6 hexadecimal digits/);
  expect(existsSync(join(directory, '..', `run-${scope}-../abc.json`))).toBe(false);
});

test('a run that an earlier version has written goes on', () => {
  const run = { id: 'abc123', startedAt: '2026-11-01T00:00:00.000Z', done: ['02-create-provider'] };
  writeFileSync(join(directory, `run-${scope}.json`), `${JSON.stringify(run, null, 2)}\n`);
  const state = openRunState({ directory, scope, which: 'current' });
  expect(state.run.id).toBe('abc123');
  state.markDone('03-deploy');
  const again = openRunState({ directory, scope, which: 'current' });
  expect(['02-create-provider', '03-deploy', '04-invoke'].map((id) => again.isDone(id))).toEqual([true, true, false]);
});

test('two commands that begin and end at once share a run, and keep both marks', () => {
  const [one, other] = [openRunState({ directory, scope, which: 'current' }), openRunState({ directory, scope, which: 'current' })];
  expect(one.run.id).toBe(other.run.id);
  one.markDone('02-create-provider');
  other.markDone('03-deploy');
  for (const state of [one, other]) expect(['02-create-provider', '03-deploy'].map((id) => state.isDone(id))).toEqual([true, true]);
});

test('a state that cannot be read at all is named', () => {
  mkdirSync(join(directory, `run-${scope}.json`));
  expect(() => openRunState({ directory, scope, which: 'current' })).toThrow(expect.objectContaining({ code: 'UNKNOWN_RUN' }));
});

test('an empty AGENTCORE_TUTORIALS_HOME is none, and not the working directory', ({ onTestFinished }) => {
  vi.stubEnv('AGENTCORE_TUTORIALS_HOME', '');
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(stateDirectory()).toMatch(/\.agentcore-tutorials$/);
});

test('whoever looks while another command begins a run sees all of it or nothing', async () => {
  const again = `
    const { openRunState } = await import(${JSON.stringify(new URL('run-state.ts', import.meta.url).href)});
    for (let count = 0; count < 300; count += 1) openRunState(${JSON.stringify({ directory, scope, which: 'current' })}).forget();
  `;
  const other = new Worker(new URL(`data:text/javascript,${encodeURIComponent(again)}`), { execArgv: [] });
  const ended = once(other, 'exit');
  const isRunning = () => Promise.race([ended.then(() => false), setImmediate(true)]);
  while (await isRunning()) hasCurrentRun({ directory, scope });
  expect(await ended).toEqual([0]);
  expect(readdirSync(directory)).toEqual([]);
});
