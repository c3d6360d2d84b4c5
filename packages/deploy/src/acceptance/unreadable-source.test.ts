import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cliOf } from '../../../../testing/built.ts';
import type { World } from '../test/world.ts';
import { startWorld } from '../test/world.ts';

let world: World;
let fifo: string;
// An import that is a named pipe without a writer: it cannot be read to its end, as on a drive that does not answer.
beforeAll(async () => {
  world = await startWorld();
  fifo = join(world.directory, 'slow.ts');
  execFileSync('mkfifo', [fifo]);
  await writeFile(world.entry, "import './slow.ts';");
});
afterAll(async () => {
  // Lets go of those who still read it.
  const pipe = await open(fifo, constants.O_RDWR | constants.O_NONBLOCK);
  await pipe.close();
  await world.close();
});

test('the deadline and the abort of the caller end a bundling that does not end', async () => {
  await expect(world.agent().deploy({ timeoutMs: 300 })).rejects.toMatchObject({ code: 'DEADLINE' });
  await expect(world.agent({ artifact: 'zip' }).plan({ timeoutMs: 300 })).rejects.toMatchObject({ code: 'DEADLINE' });
  const controller = new AbortController();
  const deploying = world.agent().deploy({
    signal: controller.signal,
    onFailure: 'rollback',
    onEvent: ({ step, type }) => {
      if (step === 'bundle' && type === 'started') controller.abort(new Error('enough'));
    },
  });
  await expect(deploying).rejects.toMatchObject({ code: 'ABORTED', cause: expect.objectContaining({ message: 'enough' }) });
  expect(world.emulator.inventory()).toEqual([]);
  await expect(world.agent().eject(join(world.directory, 'out'), { signal: AbortSignal.timeout(100) })).rejects.toMatchObject({
    code: 'ABORTED',
    cause: expect.objectContaining({ name: 'TimeoutError' }),
  });
});

test('the command ends as well, and its process with it', async () => {
  const config = join(world.directory, 'agent.json');
  await writeFile(config, JSON.stringify(world.agent().definition));
  const cli = cliOf('deploy');
  const child = spawn(process.execPath, [cli, 'deploy', '--config', config, '--timeout', '1'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = once(child, 'exit');
  expect(await text(child.stderr)).toMatch(/^DEADLINE: Not finished after 1 s/);
  expect(await exited).toEqual([1, null]);
});
