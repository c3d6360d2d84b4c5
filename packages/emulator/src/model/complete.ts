import { randomId } from './random-id.ts';
import { answer } from './answer.ts';
import { countTokens, firstTokens } from './count-tokens.ts';
import { currentTurn } from './current-turn.ts';
import { planCalls } from './plan-calls.ts';
import type { Completion, ModelTask, ToolCall } from './types.ts';

/** Decides what the model says next. Everything but the random ids of the calls depends on the task alone. */
export function complete(task: ModelTask): Completion {
  const turn = currentTurn(task.items);
  const planned = planCalls(task, turn);
  const inputTokens = countInput(task);
  const limit = task.maxTokens ?? Infinity;
  if (planned.length === 0) {
    const whole = answer(task, turn);
    const text = firstTokens(whole, limit);
    return { text, calls: [], finish: text.length < whole.length ? 'length' : 'stop', usage: usage(inputTokens, countTokens(text)) };
  }
  const calls: ToolCall[] = [];
  let left = limit;
  let cut = false;
  for (const { name, arguments: given } of planned) {
    const whole = JSON.stringify(given);
    left -= countTokens(name);
    cut = left < countTokens(whole);
    if (left <= 0) break;
    // A limit inside a call leaves broken JSON behind, as OpenAI's does.
    calls.push({ id: `call_${randomId(24)}`, name, arguments: cut ? firstTokens(whole, left) : whole });
    if (cut) break;
    left -= countTokens(whole);
  }
  const outputTokens = calls.reduce((sum, call) => sum + countTokens(call.name) + countTokens(call.arguments), 0);
  return { text: '', calls, finish: cut ? 'length' : 'tool_calls', usage: usage(inputTokens, outputTokens) };
}

/** Tokens of the conversation and of the tools; each entry costs a few for its frame. */
export function countInput({ items, tools }: Pick<ModelTask, 'items' | 'tools'>): number {
  const texts = [
    ...items.map((item) => (item.kind === 'call' ? item.name + item.arguments : item.kind === 'result' ? item.output : item.text)),
    ...tools.map(({ name, description, parameters }) => `${name} ${description} ${JSON.stringify(parameters)}`),
  ];
  return texts.reduce((sum, text) => sum + countTokens(text) + 4, 3);
}

function usage(inputTokens: number, outputTokens: number): Completion['usage'] {
  return { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens };
}
