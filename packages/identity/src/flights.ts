import { orAborted, throwIfAborted } from './abort.ts';

/** Calls that are under way, by what they ask for. */
export interface Flights {
  /**
   * Joins the call of that key, or starts it. Each caller leaves when its own signal says so; the call itself is ended when nobody waits for it
   * any more. A result is not kept: the next caller after the end starts a new call.
   */
  share<T>(key: string, start: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /**
   * The same for calls that need their callers' help on the way. What `open` makes is handed to the call and to all who join it; each caller's
   * `help` runs in the caller's own context, and where it fails that caller leaves with its error and the others stay.
   */
  shareWith<T, Shared>(
    key: string,
    trip: { open: () => Shared; start: (shared: Shared, signal: AbortSignal) => Promise<T>; help: (shared: Shared) => Promise<void> },
    signal?: AbortSignal,
  ): Promise<T>;
}

interface Flight {
  promise: Promise<unknown>;
  shared: unknown;
  waiting: number;
  controller: AbortController;
}

const noHelp = (): Promise<void> => Promise.resolve();

export function createFlights(): Flights {
  const flights = new Map<string, Flight>();
  const shareWith: Flights['shareWith'] = async (key, { open, start, help }, signal) => {
    throwIfAborted(signal);
    const flight = flights.get(key) ?? takeOff(flights, key, open(), start);
    flight.waiting += 1;
    try {
      // A key is only ever used for one kind of call, so what was stored under it has this call's types.
      const shared = flight.shared as ReturnType<typeof open>;
      const promise = flight.promise as ReturnType<typeof start>;
      return await orAborted(orFailed(promise, help(shared)), signal);
    } finally {
      flight.waiting -= 1;
      if (flight.waiting === 0) {
        if (flights.get(key) === flight) flights.delete(key);
        // The end of the call and the last caller's leaving look alike here; to abort what has ended does nothing.
        flight.controller.abort();
      }
    }
  };
  return {
    shareWith,
    share: (key, start, signal) => shareWith(key, { open: () => undefined, start: (_none, shared) => start(shared), help: noHelp }, signal),
  };
}

function takeOff<T, Shared>(
  flights: Map<string, Flight>,
  key: string,
  shared: Shared,
  start: (shared: Shared, signal: AbortSignal) => Promise<T>,
): Flight {
  const controller = new AbortController();
  const promise = start(shared, controller.signal);
  const flight: Flight = { promise, shared, waiting: 0, controller };
  flights.set(key, flight);
  const land = (): void => {
    if (flights.get(key) === flight) flights.delete(key);
  };
  // Attached here as well, so that a flight that everybody has left fails without an unhandled rejection.
  promise.then(land, land);
  return flight;
}

/** Settles as `promise` does, and fails early when `help` does. */
function orFailed<T>(promise: Promise<T>, help: Promise<void>): Promise<T> {
  return new Promise((resolve, reject) => {
    promise.then(resolve, reject);
    help.catch(reject);
  });
}
