import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long work may hold the event loop at a time, in milliseconds: the emulator serves requests meanwhile. */
const SLICE_MS = 5;

/** For work in many small steps: wait for it after each, and others get their turn whenever the time of a slice is over. */
export function createTimeSlice(): () => Promise<void> | undefined {
  let end = performance.now() + SLICE_MS;
  const pause = async (): Promise<void> => {
    await nextTurn();
    end = performance.now() + SLICE_MS;
  };
  return () => (performance.now() < end ? undefined : pause());
}
