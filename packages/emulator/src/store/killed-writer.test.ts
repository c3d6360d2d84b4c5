import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isStress, rounds } from '../../../../testing/seed.ts';
import { openDirectory } from './open-directory.ts';
import type { Store } from './open-store.ts';

const WRITER = fileURLToPath(new URL('./fixture-writer.ts', import.meta.url));
const ROUNDS = rounds(6, 24, 400);
const scope = { accountId: '123456789012', region: 'us-west-2' };
const idOf = (count: number) => String(count).padStart(8, '0');

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'agentcore-local-writer-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

type KillAfter = { startMs: number } | { acknowledged: number };

/** Lets a process write from number `first` on until it is killed. Returns the last number that it acknowledged, or `first - 1`. */
async function writeUntilKilled(first: number, killAfter: KillAfter): Promise<number> {
  const child = spawn(process.execPath, [WRITER, directory, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  if ('startMs' in killAfter) setTimeout(() => child.kill('SIGKILL'), killAfter.startMs);
  let last = first - 1;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line !== 'open') last = Number(line);
    if ('acknowledged' in killAfter && last - first + 1 === killAfter.acknowledged) child.kill('SIGKILL');
  }
  expect((await ended)[1]).toBe('SIGKILL');
  return last;
}

/** Checks numbers `from` to `last`. What came after `last` may be there, as a whole, or not. Answers the number that is next. */
function verify(store: Store, from: number, last: number): number {
  const end = store.items.get('right', scope, idOf(last + 1)) === undefined ? last : last + 1;
  const logged = store.logs.read(scope, { group: 'group', from, limit: 1_000_000 }).map(({ message }) => message);
  expect(logged).toEqual(Array.from({ length: Math.max(0, end - from + 1) }, (_, index) => idOf(from + index)));
  expect(store.items.get('right', scope, idOf(end + 1))).toBeUndefined();
  expect(store.items.get('left', scope, idOf(end + 1))).toBeUndefined();
  for (let count = from; count <= end; count += 1) {
    const id = idOf(count);
    const left = store.items.get<{ sealed: string }>('left', scope, id);
    if (count % 5 === 2 && count + 2 <= end) expect(left, id).toBeUndefined();
    else expect(store.sealer.open(left?.sealed ?? '', id), id).toBe(`text ${count}`);
    const changed = count % 3 === 1 && count + 1 <= end;
    expect(store.items.get('right', scope, id), id).toEqual(changed ? { changedBy: count + 1 } : { padding: 'x'.repeat(count % 3000) });
  }
  return end + 1;
}

test(`a state whose writer is killed at any moment, ${ROUNDS} times, opens again and holds every transaction that was acknowledged, as a whole`, async () => {
  let next = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    // Every fourth time it is killed while it still opens the state.
    const last = await writeUntilKilled(next, round % 4 === 3 ? { startMs: (round * 37) % 100 } : { acknowledged: 1 + ((round * 7) % 23) });
    const { store, close } = await openDirectory(directory);
    // The last of before, too: what was kept then stays as it was.
    next = verify(store, Math.max(0, next - 20), last);
    close();
  }
  const { store, close } = await openDirectory(directory);
  expect(verify(store, 0, next - 1)).toBe(next);
  close();
  // At least one in each round that waits for acknowledgements.
  expect(next).toBeGreaterThanOrEqual(ROUNDS * 0.75);
  expect((await readdir(directory)).toSorted()).toEqual(['lock.sqlite', 'seal.key', 'state.sqlite']);
  if (isStress) console.log(`${ROUNDS} kills, ${next} acknowledged transactions, none lost`);
});
