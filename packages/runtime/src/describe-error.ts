import { toJson } from './serialize.ts';

/** What a thrown value says of itself. */
export interface ErrorDescription {
  type: string;
  message: string;
  stack: string;
}

/** Describes anything that can be thrown: an error, a text, an object that fails when it is looked at. Never fails itself. */
export function describeError(error: unknown): ErrorDescription {
  try {
    if (typeof error === 'object' && error !== null) {
      const { name, message, stack } = error as { name?: unknown; message?: unknown; stack?: unknown };
      return {
        // A subclass that sets no name of its own inherits this one: its class says more.
        type: name === 'Error' ? error.constructor.name : text(name, error instanceof Error ? 'Error' : 'object'),
        message: text(message, error instanceof Error ? '' : toJson(error)),
        stack: text(stack, ''),
      };
    }
    return { type: typeof error, message: String(error), stack: '' };
  } catch {
    return { type: 'unknown', message: 'The value that was thrown cannot be read.', stack: '' };
  }
}

function text(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}
