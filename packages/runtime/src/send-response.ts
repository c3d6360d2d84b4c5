import type { ServerResponse } from 'node:http';
import type { LineLogger } from './logger.ts';
import { drained, perTurn, turn } from './write.ts';

// These belong to one connection, which is ours and not the handler's.
const hopByHop = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade', 'te', 'trailer']);

/**
 * Whether a value is a Response. By its tag and not by `instanceof`: to name the global loads all of fetch, 30 ms and 10 MB that most
 * agents never need, and a Response may come from a library of its own.
 */
export function isResponse(value: unknown): value is Response {
  return typeof value === 'object' && value !== null && (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag] === 'Response';
}

/**
 * Passes a Response through: its status, headers and bytes, as fast as the client reads.
 *
 * Where its body fails midway the connection is cut, for there is no other way left to say that the answer is not whole.
 *
 * @returns whether the answer went out whole
 */
export async function sendResponse(response: ServerResponse, answer: Response, log: LineLogger): Promise<boolean> {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of answer.headers) if (!hopByHop.has(name) && name !== 'set-cookie') headers[name] = value;
  const cookies = answer.headers.getSetCookie();
  if (cookies.length > 0) headers['set-cookie'] = cookies;
  // Before the head: a body that was read already has no reader, and that can still be told by a status.
  const reader = answer.body?.getReader();
  response.writeHead(answer.status, headers);
  if (reader === undefined) {
    response.end();
    return true;
  }
  const onClose = (): void => void reader.cancel(new Error('The client went away.')).catch(() => undefined);
  response.once('close', onClose);
  let sinceTurn = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done || response.destroyed) break;
      sinceTurn += value.length;
      if (!response.write(value)) await drained(response);
      if (sinceTurn >= perTurn) {
        sinceTurn = 0;
        await turn();
      }
    }
  } catch (error) {
    log.error('The body of the returned Response failed.', { error });
    response.destroy();
    return false;
  }
  response.off('close', onClose);
  if (response.destroyed) return false;
  response.end();
  return true;
}
