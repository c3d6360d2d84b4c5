import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { fixtureImage, type FixtureFiles } from './fixture-image.ts';
import { createSessionHost } from './session-host.ts';
import type { AgentImage, SessionEvent, SessionHost, SessionHostOptions, SessionRequest, SessionResponse, SessionSpec } from './types.ts';

/** For tests: a host in a temporary directory, what it logged, and everything gone at the end of the scope. */
export interface FixtureHost extends AsyncDisposable {
  readonly host: SessionHost;
  readonly events: SessionEvent[];
  readonly directory: string;
  /** Resolves with the first event that matches, past or to come. */
  event<T extends SessionEvent['type']>(
    type: T,
    match?: (event: Extract<SessionEvent, { type: T }>) => boolean,
  ): Promise<Extract<SessionEvent, { type: T }>>;
}

export async function fixtureHost(options: Partial<SessionHostOptions> = {}): Promise<FixtureHost> {
  const directory = await mkdtemp(join(tmpdir(), 'session-host-'));
  const events: SessionEvent[] = [];
  const waiting = new Set<() => void>();
  const host = createSessionHost({
    cacheDir: join(directory, 'cache'),
    sessionsDir: join(directory, 'sessions'),
    log(event) {
      events.push(event);
      for (const wake of waiting) wake();
    },
    ...options,
  });
  return {
    host,
    events,
    directory,
    event(type, match = () => true) {
      return new Promise((resolve) => {
        const look = (): void => {
          const found = events.find((event) => event.type === type && match(event as never));
          if (!found) return;
          waiting.delete(look);
          resolve(found as never);
        };
        waiting.add(look);
        look();
      });
    },
    async [Symbol.asyncDispose]() {
      await host.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** For tests: what an agent's file needs to be one: a server on 8080 that answers /ping and hands the rest to `handle`. */
export function agentCode(handle: string): string {
  return `
    import { createServer } from 'node:http';
    const server = createServer(async (request, response) => {
      if (request.url === '/ping') return response.end(JSON.stringify({ status: globalThis.status ?? 'Healthy', time_of_last_update: globalThis.since ?? 0 }));
      const chunks = [];
      const body = async () => { for await (const chunk of request) chunks.push(chunk); return Buffer.concat(chunks).toString(); };
      ${handle}
    });
    server.listen(8080, '0.0.0.0', () => console.log('listening on', server.address().port));
  `;
}

/** For tests: an image whose /app/index.mjs is an agent that answers with `handle`. */
export async function agentImage(handle: string, files: Exclude<FixtureFiles, readonly unknown[]> = {}): Promise<AgentImage> {
  return fixtureImage([{ 'app/index.mjs': agentCode(handle), ...files }]);
}

export function sessionSpec(image: AgentImage, sessionId = 'session-1', rest: Partial<SessionSpec> = {}): SessionSpec {
  return {
    key: { agentRuntimeArn: 'arn:aws:bedrock-agentcore:us-west-2:123456789012:runtime/agent-abcdefghij', version: '1', sessionId },
    image,
    environment: {},
    platform: {},
    idleTimeoutSeconds: 900,
    maxLifetimeSeconds: 28_800,
    ...rest,
  };
}

export function post(body: string | Buffer = '{}', rest: Partial<SessionRequest> = {}): SessionRequest {
  return { method: 'POST', path: '/invocations', headers: { 'content-type': 'application/json' }, body: Buffer.from(body), ...rest };
}

export async function textOf({ body }: SessionResponse): Promise<string> {
  let text = '';
  for await (const chunk of body) text += String(chunk);
  return text;
}

/** For tests: true when a process with this id runs. One that only waits to be reaped does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    const stat = process.platform === 'linux' ? readFileSync(`/proc/${pid}/stat`, 'utf8') : '';
    return !/\) [ZX] /.test(stat);
  } catch {
    return false;
  }
}
