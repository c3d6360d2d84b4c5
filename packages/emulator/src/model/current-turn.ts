import { isObject } from './fields.ts';
import type { TurnItem } from './types.ts';

export interface MadeCall {
  name: string;
  arguments: Record<string, unknown>;
  output: string;
}

/** What the user asked last, and the tool calls made for it since, each with its result. */
export interface CurrentTurn {
  question: string;
  made: MadeCall[];
}

/** Earlier turns are left out, so that a long conversation answers its last question. A message of images only opens no turn. */
export function currentTurn(items: readonly TurnItem[]): CurrentTurn {
  const start = items.findLastIndex((item) => item.kind === 'user' && item.text.trim() !== '');
  const asked = items[start];
  const after = items.slice(start + 1);
  const outputs = new Map(after.filter((item) => item.kind === 'result').map(({ id, output }) => [id, output]));
  const made = after
    .filter((item) => item.kind === 'call')
    .map(({ id, name, arguments: json }) => ({ name, arguments: parseArguments(json), output: outputs.get(id) ?? '' }));
  return { question: asked?.kind === 'user' ? asked.text : '', made };
}

function parseArguments(json: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : {};
  } catch {
    // A call that the token limit cut short comes back as it was: it has no arguments that one could compare.
    return {};
  }
}
