import { get } from 'node:http';

import type { AgentAddress } from './agent-process.ts';

export interface Ping {
  status: number;
  /** The agent works on something in the background, and says since when. */
  busy: boolean;
  /** It says that it works, and not since when: AWS was seen, twice, to end such a session at the idle time-out. */
  busyWithoutTime: boolean;
  /** Seconds since the epoch at which the agent says its status last changed. */
  lastUpdate: number | undefined;
}

/** A real answer to /ping is some sixty bytes. */
const MAX_BODY = 64 * 1024;

/** GET /ping, as `host`. Rejects when nothing answers in time. */
export function ping({ address, host, timeoutMs }: { address: AgentAddress; host: string; timeoutMs: number }): Promise<Ping> {
  return new Promise((resolve, reject) => {
    const request = get(
      { ...address, path: '/ping', headers: { host }, agent: false, signal: AbortSignal.timeout(Math.ceil(timeoutMs)) },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          body += chunk;
          if (body.length > MAX_BODY) response.destroy(new Error('The answer to /ping is too long.'));
        });
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode ?? 0, ...parse(body) }));
      },
    );
    request.on('error', reject);
  });
}

/** Any body counts as healthy, as on the real service: only the status code is required. */
function parse(body: string): Omit<Ping, 'status'> {
  try {
    const value = JSON.parse(body) as { status?: unknown; time_of_last_update?: unknown } | null;
    const time = value?.time_of_last_update;
    const lastUpdate = Number.isInteger(time) ? (time as number) : undefined;
    const isBusy = value?.status === 'HealthyBusy';
    return { busy: isBusy && lastUpdate !== undefined, busyWithoutTime: isBusy && lastUpdate === undefined, lastUpdate };
  } catch {
    return { busy: false, busyWithoutTime: false, lastUpdate: undefined };
  }
}
