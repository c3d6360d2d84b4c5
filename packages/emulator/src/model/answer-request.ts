import { fingerprint, readKey } from './check-key.ts';
import type { Exchange, StandInSettings } from './exchange.ts';
import { contextWindow } from './known-models.ts';
import { generateChat, generateResponse } from './generate.ts';
import { ModelRequestError } from './model-request-error.ts';
import { FAULT_HEADER, faultError, readFault } from './read-fault.ts';
import { readJsonBody } from './read-json-body.ts';
import { missingApiVersion, unknownModel, unknownUrl, wrongKey } from './refusals.ts';
import { sendJson } from './send.ts';

/** Answers one request, or throws the refusal. The key comes first: who has none learns nothing else. */
export async function answerRequest(exchange: Exchange, settings: StandInSettings): Promise<void> {
  const { request, response, route, record, url } = exchange;
  const key = readKey(request, route.surface);
  if (key !== undefined) record.keyFingerprint = fingerprint(key);
  if (key === undefined || !settings.isValidKey(key)) throw wrongKey(route.surface, key);
  if (!route.versioned) throw missingApiVersion();
  const method = request.method ?? 'GET';
  if (route.operation === 'unknown') throw unknownUrl(route.surface, method, url.pathname);
  if (route.operation === 'chat' || route.operation === 'responses') {
    requireMethod(method, ['POST']);
    await generate(exchange, settings);
    return;
  }
  requireMethod(method, route.operation === 'stored-response' ? ['GET', 'DELETE'] : ['GET']);
  const body = lookUp(exchange, settings, method);
  record.status = 200;
  record.finish = 'stop';
  await sendJson(response, 200, body, { delayMs: 0, fault: undefined, signal: exchange.signal, beforeEnd: exchange.finish });
}

async function generate(exchange: Exchange, settings: StandInSettings): Promise<void> {
  const { request, response, route, record, signal } = exchange;
  const body = await readJsonBody(request, settings.bodyLimit);
  const model = route.surface === 'azure' && route.operation === 'chat' ? route.id : body['model'];
  if (typeof model === 'string') record.model = model.slice(0, 200);
  record.stream = body['stream'] === true;
  const fault = readFault(request.headers[FAULT_HEADER], record.model);
  exchange.fault = fault;
  if (fault?.kind === 'status') {
    if (fault.retryAfterSeconds !== undefined) response.setHeader('retry-after', String(fault.retryAfterSeconds));
    throw faultError(fault);
  }
  if (fault?.kind === 'hang' || fault?.kind === 'disconnect') {
    record.finish = fault.kind;
    if (fault.kind === 'disconnect') {
      exchange.finish();
      response.destroy();
    }
    await untilAborted(signal);
    return;
  }
  await (route.operation === 'chat' ? generateChat(body, exchange, settings) : generateResponse(body, exchange, settings));
}

function lookUp({ route, record }: Exchange, { models, store, now }: StandInSettings, method: string): object {
  const id = route.id ?? '';
  const model = (name: string): object => ({ id: name, object: 'model', created: Math.floor(now() / 1000), owned_by: 'openai' });
  if (route.operation === 'models') return { object: 'list', data: models.map((name) => model(name)) };
  if (route.operation === 'model') {
    if (contextWindow(id, models) === undefined) throw unknownModel(route.surface, id);
    return model(id);
  }
  if (method === 'GET') return store.get(record.keyFingerprint, id);
  store.delete(record.keyFingerprint, id);
  return { id, object: 'response', deleted: true };
}

function requireMethod(method: string, allowed: string[]): void {
  if (allowed.includes(method)) return;
  throw new ModelRequestError(405, `Only ${allowed.join(' and ')} requests are accepted here, not ${method}.`, {
    code: 'method_not_supported',
  });
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
