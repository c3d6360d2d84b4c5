import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OnEvent } from '../agent/events.ts';
import type { World } from '../test/world.ts';
import { startWorld } from '../test/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

class PrinterBroke extends Error {}
const broken = new PrinterBroke('the printer broke');

test.each<[string, Parameters<OnEvent>[0]['step'], Parameters<OnEvent>[0]['type']]>([
  ['the first event', 'bundle', 'started'],
  ['an event between', 'repository', 'finished'],
  ['a progress of the upload', 'push', 'progress'],
  ['the last event', 'runtime', 'finished'],
])('what onEvent throws at %s comes out as it is, and a rollback is carried out in spite of it', async (_what, step, type) => {
  const before = world.emulator.inventory();
  let thrown = false;
  const onEvent: OnEvent = (event) => {
    // From then on it stays broken.
    thrown ||= event.step === step && event.type === type;
    if (thrown) throw broken;
  };
  await expect(world.agent().deploy({ onEvent, onFailure: 'rollback' })).rejects.toBe(broken);
  expect(world.emulator.inventory()).toEqual(before);
});

test('what onEvent throws while destroying comes out as it is, and destroying again finishes it', async () => {
  await world.agent().deploy();
  const onEvent: OnEvent = () => {
    throw broken;
  };
  await expect(world.agent().destroy({ onEvent })).rejects.toBe(broken);
  expect(await world.agent().destroy()).toMatchObject({ verified: true });
  expect(world.emulator.inventory()).toEqual([]);
});
