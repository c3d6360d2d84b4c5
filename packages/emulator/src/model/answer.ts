import type { CurrentTurn, MadeCall } from './current-turn.ts';
import { describeResult, sentence } from './describe-result.ts';
import { fillSchema } from './fill-schema.ts';
import { findArithmetic } from './find-arithmetic.ts';
import { findPlaces } from './find-places.ts';
import { findCalculator, findWeatherTool } from './find-tool.ts';
import { asksForWeather } from './plan-calls.ts';
import type { ModelTask, ToolSpec } from './types.ts';

const FAILED = /^\[?error\]?\s*:?\s*/i;

/** The final text of a turn: from the results of its tool calls, or, without any, from the question alone. */
export function answer(task: ModelTask, turn: CurrentTurn): string {
  if (task.format.type === 'json_schema') return JSON.stringify(fillSchema(task.format.schema, turn.question));
  const text = turn.made.length > 0 ? fromResults(task.tools, turn) : withoutTools(task.tools, turn.question);
  return task.format.type === 'json_object' ? JSON.stringify({ answer: text }) : text;
}

function fromResults(tools: ToolSpec[], { question, made }: CurrentTurn): string {
  const weather = findWeatherTool(tools);
  const calculator = findCalculator(tools);
  return made
    .map((call) => {
      if (calculator && call.name === calculator.tool.name) return calculation(call, String(call.arguments[calculator.parameter] ?? ''));
      if (weather && call.name === weather.tool.name)
        return weatherIn(call, weather.parameter === undefined ? undefined : call.arguments[weather.parameter], question);
      return FAILED.test(call.output)
        ? `${call.name} failed: ${sentence(reason(call))}`
        : `${call.name} answered: ${sentence(describeResult(call.output))}`;
    })
    .join(' ');
}

function calculation(call: MadeCall, expression: string): string {
  if (FAILED.test(call.output)) return `I could not work out ${expression}: ${sentence(reason(call))}`;
  const result = describeResult(call.output, [expression]).replace(/^result:?\s+/i, '');
  return sentence(result.includes('=') ? result : `${expression} = ${result}`);
}

function weatherIn(call: MadeCall, place: unknown, question: string): string {
  const named = typeof place === 'string' ? place : undefined;
  const where = named === undefined ? '' : ` in ${named}`;
  if (FAILED.test(call.output)) return `I could not get the weather${where}: ${sentence(reason(call))}`;
  const result = describeResult(call.output, named === undefined ? [] : [named]);
  const assumed = named !== undefined && findPlaces(question).length === 0 ? `You did not name a city, so I looked at ${named}. ` : '';
  if (named !== undefined && result.toLowerCase().includes(named.toLowerCase())) return assumed + sentence(result);
  return `${assumed}The weather${where}: ${sentence(result)}`;
}

function reason({ output }: MadeCall): string {
  return describeResult(output.replace(FAILED, '')).replace(FAILED, '') || 'the tool gave no reason';
}

function withoutTools(tools: ToolSpec[], question: string): string {
  const sums = findArithmetic(question).map(({ expression, value }) =>
    Number.isFinite(value) ? `${expression} = ${Number(value.toPrecision(12))}.` : `${expression} has no finite result.`,
  );
  if (sums.length > 0) return sums.join(' ');
  if (asksForWeather(question)) return 'I cannot tell the weather, because I was given no tool that looks it up.';
  if (/\b(?:hello|hi|hey|good (?:morning|afternoon|evening)|greetings)\b|안녕/i.test(question)) return `Hello! ${offer(tools)}`;
  if (/\b(?:thanks?|thank you|cheers)\b|감사|고마/i.test(question)) return 'You are welcome! Is there anything else that I can do for you?';
  if (/\b(?:bye|goodbye|see you)\b/i.test(question)) return 'Goodbye, and have a good day!';
  if (question.trim() === '') return `Hello! ${offer(tools)}`;
  if (/\b(?:who are you|what can you do|help)\b/i.test(question))
    return `I am the local stand-in for an OpenAI model: I follow rules and have learned nothing. ${offer(tools)}`;
  return `I am the local stand-in for an OpenAI model and answer by rules, so I have nothing to say on that. ${offer(tools)}`;
}

function offer(tools: ToolSpec[]): string {
  const skills = [
    ...(tools.some(({ name, description }) => /weather|forecast/i.test(`${name} ${description}`)) ? ['the weather'] : []),
    'arithmetic',
  ];
  return `I can help with ${skills.join(' and with ')}. What would you like to know?`;
}
