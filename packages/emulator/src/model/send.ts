import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './read-fault.ts';

export interface SendOptions {
  /** Milliseconds between two events. */
  delayMs: number;
  fault: Fault | undefined;
  /** Aborted when the client goes away. */
  signal: AbortSignal;
  /** Called right before the last byte, so that who has the whole answer also finds its record. */
  beforeEnd(): void;
}

/** Sends a JSON body, or breaks it off where a fault says so. */
export async function sendJson(
  response: ServerResponse,
  status: number,
  body: object,
  { fault, signal, beforeEnd }: SendOptions,
): Promise<void> {
  const text = Buffer.from(JSON.stringify(body));
  const half = text.subarray(0, Math.floor(text.length / 2));
  if (fault?.kind === 'slow') await sleep(fault.milliseconds, undefined, { signal });
  const sent = fault?.kind === 'malformed' ? half : text;
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': sent.length });
  if (fault?.kind === 'cut') {
    await new Promise<void>((resolve) => {
      response.write(half, () => resolve());
    });
    beforeEnd();
    response.destroy();
    return;
  }
  beforeEnd();
  response.end(sent);
}

/** Sends server-sent events one by one, no faster than the client reads them. */
export async function sendEvents(
  response: ServerResponse,
  events: Iterable<string>,
  { delayMs, fault, signal, beforeEnd }: SendOptions,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  const pause = fault?.kind === 'slow' ? fault.milliseconds : delayMs;
  let sent = 0;
  for (const event of events) {
    signal.throwIfAborted();
    if ((fault?.kind === 'cut' || fault?.kind === 'malformed') && sent >= fault.events) {
      await breakOff(response, event, fault.kind, beforeEnd);
      return;
    }
    if (sent > 0 && pause > 0) await sleep(pause, undefined, { signal });
    if (!response.write(event)) await once(response, 'drain', { signal });
    sent += 1;
  }
  beforeEnd();
  response.end();
}

async function breakOff(response: ServerResponse, event: string, kind: 'cut' | 'malformed', beforeEnd: () => void): Promise<void> {
  const half = event.slice(0, Math.floor(event.length / 2));
  if (kind === 'malformed') {
    beforeEnd();
    response.end(`${half}\n\n`);
    return;
  }
  await new Promise<void>((resolve) => {
    response.write(half, () => resolve());
  });
  beforeEnd();
  response.destroy();
}
