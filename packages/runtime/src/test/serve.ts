import { onTestFinished } from 'vitest';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { AgentCoreApp, type AgentCoreAppOptions, type Listening } from '../index.ts';

/** A log line as it was written. */
export type Line = Record<string, unknown> & { level: string; message: string };

export interface Served extends Listening {
  readonly app: AgentCoreApp<never>;
  /** The lines of log so far. */
  lines(): Line[];
  /** The lines of log so far, as text. */
  text(): string;
  /** POST /invocations with a payload as JSON. */
  invoke(payload: unknown, init?: { headers?: Record<string, string>; signal?: AbortSignal }): Promise<Response>;
}

/** An app on a free port, until the test is over. */
export async function serve<Schema extends StandardSchemaV1 = StandardSchemaV1<unknown, unknown>>(
  options: AgentCoreAppOptions<Schema>,
): Promise<Served> {
  let text = '';
  const app = new AgentCoreApp<Schema>({ drainTimeout: 200, ...options, log: { level: 'debug', sink: (line) => (text += line) } });
  const listening = await app.listen({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => listening.close());
  return {
    ...listening,
    app: app as unknown as AgentCoreApp<never>,
    text: () => text,
    lines: () =>
      text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Line),
    invoke: (payload, { headers = {}, signal } = {}) =>
      fetch(`${listening.url}/invocations`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(payload),
        signal: signal ?? null,
      }),
  };
}
