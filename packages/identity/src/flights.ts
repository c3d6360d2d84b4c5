import { orAborted, throwIfAborted } from './abort.ts';

/** Calls that are under way, by what they ask for. */
export interface Flights {
  /**
   * Joins the call of that key, or starts it. Each caller leaves when its own signal says so; the call itself is ended when nobody waits for it
   * any more. A result is not kept: the next caller after the end starts a new call.
   */
  share<T>(key: string, start: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T>;
}

interface Flight {
  promise: Promise<unknown>;
  waiting: number;
  controller: AbortController;
}

export function createFlights(): Flights {
  const flights = new Map<string, Flight>();
  return {
    async share<T>(key: string, start: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
      throwIfAborted(signal);
      const flight = flights.get(key) ?? takeOff(flights, key, start);
      flight.waiting += 1;
      try {
        return (await orAborted(flight.promise, signal)) as T;
      } finally {
        flight.waiting -= 1;
        if (flight.waiting === 0) {
          // The end of the call and the last caller's leaving look alike here; to abort what has ended does nothing.
          if (flights.get(key) === flight) flights.delete(key);
          flight.controller.abort();
        }
      }
    },
  };
}

function takeOff<T>(flights: Map<string, Flight>, key: string, start: (signal: AbortSignal) => Promise<T>): Flight {
  const controller = new AbortController();
  const promise = start(controller.signal);
  const flight: Flight = { promise, waiting: 0, controller };
  flights.set(key, flight);
  const land = (): void => {
    if (flights.get(key) === flight) flights.delete(key);
  };
  // Attached here as well, so that a flight that everybody has left fails without an unhandled rejection.
  promise.then(land, land);
  return flight;
}
