import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seed } from '../../../../testing/seed.ts';
import { EmulatorError } from '../emulator-error.ts';
import { createRandom } from '../fuzz/random.ts';
import { runCli } from '../test/launch-cli.ts';
import { startEmulator } from '../start-emulator.ts';
import { openDirectory } from './open-directory.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'agentcore-local-unusable-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe('a data directory that cannot be used is said to be, in one line', () => {
  const isRoot = process.getuid?.() === 0;
  const oneLine = (errors: string, code: string) => {
    expect(errors.trim().split('\n')).toHaveLength(1);
    expect(errors).toContain(`[${code}]`);
  };

  test('one that only may be read', async () => {
    // A directory of its own, as the user that the test becomes must be able to reach it.
    const data = await mkdtemp(join(tmpdir(), 'agentcore-local-readonly-'));
    await chmod(data, 0o555);
    const { status, errors } = await runCli(['start', '--port', '0', '--data', data], isRoot ? { uid: 65_534 } : {});
    expect(status).toBe(2);
    oneLine(errors, 'DATA_DIRECTORY_UNUSABLE');
    expect(errors).toContain(`The data directory ${data} cannot be written`);
    await rm(data, { recursive: true });
  });

  test('one that is a file', async () => {
    const file = join(directory, 'file');
    await writeFile(file, '');
    const { status, errors } = await runCli(['start', '--port', '0', '--data', join(file, 'below')]);
    expect(status).toBe(2);
    oneLine(errors, 'DATA_DIRECTORY_UNUSABLE');
  });

  test.each([
    ['where no directory can be made', '/proc/agentcore-local/below'],
    ['with a name that is too long', join(tmpdir(), 'x'.repeat(300))],
  ])('one %s', async (_, data) => {
    const { status, errors } = await runCli(['start', '--port', '0', '--data', data]);
    expect(status).toBe(2);
    oneLine(errors, 'DATA_DIRECTORY_UNUSABLE');
  });

  test('one whose disk is full', async () => {
    // 4 KB per file, where a state needs more; the limit stands in for a disk that has no more room.
    const limited = ['/bin/sh', '-c', 'trap "" XFSZ; ulimit -f 8; exec "$@"', 'sh'];
    const data = join(directory, 'full');
    const { status, errors } = await runCli(['start', '--port', '0', '--data', data], { prefix: limited });
    expect(status).toBe(2);
    oneLine(errors, 'DATA_DIRECTORY_UNUSABLE');
    // With room again it starts.
    const again = await startEmulator({ dataDirectory: data });
    await again.stop();
  });

  test('one whose state is damaged; reset removes what cannot be read', async () => {
    const data = join(directory, 'damaged');
    await mkdir(data);
    await writeFile(join(data, 'state.sqlite'), 'this is not a database, and was never meant to be one. '.repeat(40));
    const { status, errors } = await runCli(['start', '--port', '0', '--data', data]);
    expect(status).toBe(2);
    oneLine(errors, 'STATE_DAMAGED');
    expect((await runCli(['reset', '--data', data])).status).toBe(0);
    const again = await startEmulator({ dataDirectory: data });
    await again.stop();
  });

  test.each([
    ['was emptied', (file: string) => writeFile(file, '')],
    ['was deleted', (file: string) => rm(file)],
  ])('one whose state %s, beside its key', async (_, lose) => {
    const data = await mkdtemp(join(directory, 'lost-'));
    await (await startEmulator({ dataDirectory: data })).stop();
    await lose(join(data, 'state.sqlite'));
    const { status, errors } = await runCli(['start', '--port', '0', '--data', data]);
    expect(status).toBe(2);
    oneLine(errors, 'STATE_DAMAGED');
    expect(errors).toContain('seal.key');
    expect((await runCli(['reset', '--data', data])).status).toBe(0);
    await (await startEmulator({ dataDirectory: data })).stop();
  });

  test('one that holds nothing of its state but blobs', async () => {
    const data = await mkdtemp(join(directory, 'blobs-'));
    await mkdir(join(data, 'blobs'));
    const { status, errors } = await runCli(['start', '--port', '0', '--data', data]);
    expect(status).toBe(2);
    oneLine(errors, 'STATE_DAMAGED');
    // What the message says to do helps.
    expect((await runCli(['reset', '--data', data])).output).toContain('could not be read and was removed');
    await (await startEmulator({ dataDirectory: data })).stop();
  });

  test('one in whose state bytes were changed or are missing: it is said, or nothing that matters was hit', async () => {
    const data = join(directory, 'flipped');
    const { store, close } = await openDirectory(data);
    for (let count = 0; count < 200; count += 1)
      store.items.put('kind', { accountId: '1', region: 'r' }, `id-${count}`, { text: 'x'.repeat(count * 3), count });
    close();
    const file = join(data, 'state.sqlite');
    const whole = await readFile(file);
    const random = createRandom(seed);
    const codes: string[] = [];
    for (let round = 0; round < 60; round += 1) {
      const bytes = Buffer.from(whole);
      for (let flip = 0; flip < 10 ** (round % 4); flip += 1) bytes[random.below(bytes.length)]! ^= 1 + (flip % 255);
      await writeFile(file, round % 5 === 0 ? whole.subarray(0, random.below(whole.length)) : bytes);
      try {
        const opened = await openDirectory(data);
        try {
          for (const kind of opened.store.items.kinds()) opened.store.items.all(kind);
        } finally {
          opened.close();
        }
      } catch (error) {
        expect(error).toBeInstanceOf(EmulatorError);
        codes.push((error as EmulatorError).code);
      }
    }
    expect(codes.length).toBeGreaterThan(10);
    expect(codes.filter((code) => code !== 'STATE_DAMAGED' && code !== 'STATE_TOO_NEW')).toEqual([]);
  });

  test('one whose key was replaced', async () => {
    const data = join(directory, 'other-key');
    await (await startEmulator({ dataDirectory: data })).stop();
    await writeFile(join(data, 'seal.key'), Buffer.alloc(32));
    const { status, errors } = await runCli(['start', '--port', '0', '--data', data]);
    expect(status).toBe(2);
    oneLine(errors, 'STATE_DAMAGED');
    expect(errors).toContain('seal.key was replaced');
  });
});
