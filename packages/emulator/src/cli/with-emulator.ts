import { EmulatorError, type EmulatorErrorCode } from '../emulator-error.ts';
import type { EmulatorInfo } from '../emulator-info.ts';
import { findEmulator } from '../locator.ts';
import { openDirectory, type OpenDirectory } from '../store/open-directory.ts';
import type { Store } from '../store/open-store.ts';
import { partsOfState } from '../store/parts-of-state.ts';

interface Ways<T> {
  running(ask: AskEmulator): Promise<T>;
  stopped(store: Store): T | Promise<T>;
  /** What to do about a state that cannot be read. Default: fail with what is wrong with it. */
  unreadable?(): T | Promise<T>;
  /** What to do where there is no state at all. Default: fail. */
  missing?(): T | Promise<T>;
}

/**
 * Asks the emulator that runs on a data directory, or, where none runs, looks into the directory itself: no port is opened and no session is started.
 *
 * @throws EmulatorError NO_STATE where there is neither, NOT_RUNNING when the emulator breaks off its answer, and what it or the directory answers
 */
export async function withEmulator<T>(dataDirectory: string, ways: Ways<T>): Promise<T> {
  const { running, stopped, unreadable, missing } = ways;
  const info = await findEmulator({ dataDirectory });
  if (info) {
    try {
      return await running((route, init) => askEmulator(info, route, init));
    } catch (error) {
      const hasGone = error instanceof EmulatorError && error.code === 'NOT_RUNNING' && !(await findEmulator({ dataDirectory }));
      if (!hasGone) throw error;
      // It was ending when it was asked: what it has left is in the directory.
    }
  }
  // Of a state that was lost something is left, and opening it says so.
  if (partsOfState(dataDirectory).length === 0) {
    if (missing) return missing();
    // To make a directory here would answer "nothing" to whoever mistyped its name.
    throw new EmulatorError('NO_STATE', `There is no state in ${dataDirectory}. Give the directory of an emulator with --data.`);
  }
  let directory: OpenDirectory;
  try {
    directory = await openDirectory(dataDirectory);
  } catch (error) {
    if (unreadable && error instanceof EmulatorError && (error.code === 'STATE_DAMAGED' || error.code === 'STATE_TOO_NEW'))
      return unreadable();
    // One has started since the first look.
    if (error instanceof EmulatorError && error.code === 'ALREADY_RUNNING') return withEmulator(dataDirectory, ways);
    throw error;
  }
  try {
    return await stopped(directory.store);
  } finally {
    directory.close();
  }
}

/** Calls `/_emulator/<route>` with the admin token. */
export type AskEmulator = (route: string, init?: RequestInit & { duplex?: 'half' }) => Promise<Response>;

export async function askEmulator(
  { endpoint, adminToken }: EmulatorInfo,
  route: string,
  init: RequestInit & { duplex?: 'half' } = {},
): Promise<Response> {
  const response = await fetch(`${endpoint}/_emulator/${route}`, { ...init, headers: { authorization: `Bearer ${adminToken}` } }).catch(
    (cause: unknown) => {
      throw hasEnded(endpoint, cause);
    },
  );
  if (response.ok) return response;
  const text = await response.text();
  const { code, message } = parse(text);
  if (code !== undefined && message !== undefined) throw new EmulatorError(code, message);
  throw new EmulatorError(
    'REQUEST_FAILED',
    `The emulator at ${endpoint} answered ${response.status} to ${route}: ${text.slice(0, 500)}. Is it of another version? Stop it, and start it again.`,
  );
}

export function hasEnded(where: string, cause: unknown): EmulatorError {
  return new EmulatorError(
    'NOT_RUNNING',
    `The emulator at ${where} ended before it had answered. Start it again, or try again without it.`,
    {
      cause,
    },
  );
}

function parse(text: string): { code?: EmulatorErrorCode; message?: string } {
  try {
    return JSON.parse(text) as { code?: EmulatorErrorCode; message?: string };
  } catch {
    return {};
  }
}
