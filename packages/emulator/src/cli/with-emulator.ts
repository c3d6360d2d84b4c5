import { EmulatorError } from '../emulator-error.ts';
import type { EmulatorInfo } from '../emulator-info.ts';
import { findEmulator } from '../locator.ts';
import { startEmulator, type Emulator } from '../start-emulator.ts';

/** Asks the emulator that runs on a data directory, or, where none runs, one that is started on it for as long as that takes. */
export async function withEmulator<T>(
  dataDirectory: string,
  { running, stopped }: { running(ask: AskEmulator): Promise<T>; stopped(emulator: Emulator): Promise<T> },
): Promise<T> {
  const info = await findEmulator({ dataDirectory });
  if (info) return running((route, init) => ask(info, route, init));
  const emulator = await startEmulator({ dataDirectory });
  try {
    return await stopped(emulator);
  } finally {
    await emulator.stop();
  }
}

/** Calls `/_emulator/<route>` with the admin token. */
export type AskEmulator = (route: string, init?: RequestInit) => Promise<Response>;

async function ask({ endpoint, adminToken }: EmulatorInfo, route: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(`${endpoint}/_emulator/${route}`, { ...init, headers: { authorization: `Bearer ${adminToken}` } });
  if (!response.ok)
    throw new EmulatorError('NOT_RUNNING', `The emulator at ${endpoint} answered ${response.status} to ${route}: ${await response.text()}`);
  return response;
}
