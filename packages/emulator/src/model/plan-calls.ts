import type { CurrentTurn } from './current-turn.ts';
import { fillSchema } from './fill-schema.ts';
import { isObject } from './fields.ts';
import { findArithmetic } from './find-arithmetic.ts';
import { findPlaces } from './find-places.ts';
import { findCalculator, findNamedTool, findWeatherTool, isRequired } from './find-tool.ts';
import type { ModelTask, PlannedCall, ToolSpec } from './types.ts';

/** Looked at when nobody names a place and the tool insists on one. */
const DEFAULT_PLACE = 'Seoul';

const WEATHER =
  /\b(?:weather|forecast|temperatures?|rain(?:s|y|ing)?|snow(?:s|y|ing)?|sunny|umbrella|how (?:hot|cold|warm)|(?:warm|cold|hott)er)\b|날씨/i;

export function asksForWeather(question: string): boolean {
  return WEATHER.test(question);
}

/** The tool calls to make next: those that the question needs, less those already made in this turn. */
export function planCalls(task: ModelTask, turn: CurrentTurn): PlannedCall[] {
  const { toolChoice, tools } = task;
  if (toolChoice === 'none' || tools.length === 0) return [];
  const usable = typeof toolChoice === 'object' ? tools.filter(({ name }) => name === toolChoice.name) : tools;
  const wanted = wantedCalls(usable, turn.question, task);
  let next = lessMade(wanted, turn.made);
  // OpenAI obeys 'required' and a named function even when there is nothing left to ask.
  if (next.length === 0 && toolChoice !== 'auto') next = wanted.length > 0 ? wanted : [forced(usable[0]!, turn.question)];
  return task.parallelToolCalls ? next : next.slice(0, 1);
}

function wantedCalls(tools: ToolSpec[], question: string, { items }: ModelTask): PlannedCall[] {
  const calls = [...weatherCalls(tools, question, items), ...arithmeticCalls(tools, question)];
  if (calls.length > 0) return calls;
  const named = findNamedTool(tools, question);
  return named ? [forced(named, question)] : [];
}

function weatherCalls(tools: ToolSpec[], question: string, items: ModelTask['items']): PlannedCall[] {
  const found = asksForWeather(question) ? findWeatherTool(tools) : undefined;
  if (!found) return [];
  const { tool, parameter } = found;
  if (parameter === undefined) return [forced(tool, question)];
  const places = findPlaces(question);
  if (places.length === 0 && isRequired(tool, parameter)) places.push(placeOfUser(items) ?? DEFAULT_PLACE);
  const others = { ...requiredArguments(tool, question), [parameter]: undefined };
  return places.length === 0
    ? [{ name: tool.name, arguments: withoutUndefined(others) }]
    : places.map((place) => ({ name: tool.name, arguments: { ...others, [parameter]: place } }));
}

/** "The user is in Busan", "Default city: Busan": the place in the instructions. */
function placeOfUser(items: ModelTask['items']): string | undefined {
  for (const item of items) {
    if (item.kind !== 'system') continue;
    const match =
      /\b(?:user|they|customer|office)\b[^.\n]{0,40}?\b(?:lives?|is|are|based|located)\b[^.\n]{0,20}?\bin ([^.\n]{2,60})|\b(?:city|location)\b(?: is|:)\s*([^.\n]{2,60})/i.exec(
        item.text,
      );
    const [place] = match ? findPlaces(`in ${match[1] ?? match[2] ?? ''}`) : [];
    if (place !== undefined) return place;
  }
  return undefined;
}

function arithmeticCalls(tools: ToolSpec[], question: string): PlannedCall[] {
  const found = findCalculator(tools);
  if (!found) return [];
  return findArithmetic(question).map(({ expression }) => ({
    name: found.tool.name,
    arguments: { ...requiredArguments(found.tool, question), [found.parameter]: expression },
  }));
}

function forced(tool: ToolSpec, question: string): PlannedCall {
  return { name: tool.name, arguments: requiredArguments(tool, question) };
}

function requiredArguments({ parameters }: ToolSpec, question: string): Record<string, unknown> {
  const filled = fillSchema({ type: 'object', ...parameters }, question);
  return isObject(filled) ? filled : {};
}

function lessMade(wanted: PlannedCall[], made: CurrentTurn['made']): PlannedCall[] {
  const left = made.map((call) => signature(call));
  return wanted.filter((call) => {
    const at = left.indexOf(signature(call));
    if (at === -1) return true;
    left.splice(at, 1);
    return false;
  });
}

function signature({ name, arguments: given }: PlannedCall): string {
  return `${name} ${JSON.stringify(Object.entries(given).toSorted(([one], [other]) => (one < other ? -1 : 1)))}`;
}

function withoutUndefined(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
}
