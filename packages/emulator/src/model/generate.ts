import { chatBody, chatEvents } from './write-chat.ts';
import { complete, countInput } from './complete.ts';
import { currentTurn } from './current-turn.ts';
import type { Exchange, StandInSettings } from './exchange.ts';
import type { JsonObject } from './fields.ts';
import { contextWindow } from './known-models.ts';
import { randomId } from './random-id.ts';
import { readChat } from './read-chat.ts';
import { readResponses } from './read-responses.ts';
import { contextExceeded, unknownModel } from './refusals.ts';
import { responseBody, responseEvents } from './write-responses.ts';
import { sendEvents, sendJson } from './send.ts';
import type { Completion, ModelTask, TurnItem } from './types.ts';

/** Answers POST /chat/completions. */
export async function generateChat(body: JsonObject, exchange: Exchange, settings: StandInSettings): Promise<void> {
  const { route, response } = exchange;
  const task = readChat(route.surface === 'azure' ? { ...body, model: route.id } : body);
  const completion = completeTask(task, exchange, settings, 'messages');
  const reply = { completion, model: task.model, created: Math.floor(settings.now() / 1000) };
  const options = sendOptions(exchange, settings);
  if (task.stream) await sendEvents(response, chatEvents({ ...reply, includeUsage: task.includeUsage }), options);
  else await sendJson(response, 200, chatBody(reply), options);
}

/** Answers POST /responses. */
export async function generateResponse(body: JsonObject, exchange: Exchange, settings: StandInSettings): Promise<void> {
  const { record, response } = exchange;
  const { store } = settings;
  const task = readResponses(body, (id) => store.conversation(record.keyFingerprint, id));
  const completion = completeTask(task, exchange, settings, 'input');
  const reply = responseBody({ id: `resp_${randomId(48)}`, request: body, completion, created: Math.floor(settings.now() / 1000) });
  if (task.store) store.put(record.keyFingerprint, reply, [...task.input, ...said(completion)]);
  const options = sendOptions(exchange, settings);
  if (task.stream) await sendEvents(response, responseEvents(reply, body), options);
  else await sendJson(response, 200, reply, options);
}

function completeTask(task: ModelTask, { route, record, fault }: Exchange, { models }: StandInSettings, param: string): Completion {
  const window = task.model.startsWith('fault-') ? Infinity : contextWindow(task.model, models);
  if (window === undefined) throw unknownModel(route.surface, task.model);
  const tokens = countInput(task);
  if (tokens > window) throw contextExceeded(window, tokens, param);
  const completion = complete(task);
  record.stream = task.stream;
  record.status = 200;
  record.toolCalls = completion.calls.map(({ name, arguments: json }) => ({ name, arguments: json }));
  record.toolResults = currentTurn(task.items).made.length;
  record.finish = fault && fault.kind !== 'slow' ? fault.kind : completion.finish;
  record.usage = completion.usage;
  return completion;
}

function sendOptions({ fault, signal, finish }: Exchange, { delayMs }: StandInSettings): Parameters<typeof sendEvents>[2] {
  return { delayMs, fault, signal, beforeEnd: finish };
}

function said({ text, calls }: Completion): TurnItem[] {
  return [...(text === '' ? [] : [{ kind: 'assistant' as const, text }]), ...calls.map((call) => ({ kind: 'call' as const, ...call }))];
}
