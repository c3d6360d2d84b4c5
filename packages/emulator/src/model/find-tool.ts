import { isObject } from './fields.ts';
import type { ToolSpec } from './types.ts';

const PLACE = /^(?:city|cityname|location|place|town)$/i;
const EXPRESSION = /^(?:expression|expr|equation|formula|calculation)$/i;

const CALCULATOR = /calc|math|arithmetic|evaluate/i;

/** A tool with the parameter that a question fills, if it has one. */
export interface FoundTool {
  tool: ToolSpec;
  parameter: string | undefined;
}

function parameterOf({ parameters }: ToolSpec, pattern: RegExp): string | undefined {
  const properties = isObject(parameters['properties']) ? Object.keys(parameters['properties']) : [];
  return properties.find((name) => pattern.test(name.replaceAll(/[_-]/g, '')));
}

export function isRequired({ parameters }: ToolSpec, parameter: string): boolean {
  return Array.isArray(parameters['required']) && parameters['required'].includes(parameter);
}

/** The tool that tells the weather: by its name, else by its description or a parameter for a place. */
export function findWeatherTool(tools: readonly ToolSpec[]): FoundTool | undefined {
  const tool =
    tools.find(({ name }) => /weather|forecast/i.test(name)) ??
    tools.find((tool) => /weather|forecast|temperature/i.test(tool.description)) ??
    tools.find((tool) => parameterOf(tool, PLACE) !== undefined);
  return tool && { tool, parameter: parameterOf(tool, PLACE) };
}

/** The tool that calculates: it takes an expression. */
export function findCalculator(tools: readonly ToolSpec[]): { tool: ToolSpec; parameter: string } | undefined {
  const takers = tools.flatMap((tool) => {
    const parameter = parameterOf(tool, EXPRESSION);
    return parameter === undefined ? [] : [{ tool, parameter }];
  });
  return takers.find(({ tool }) => CALCULATOR.test(`${tool.name} ${tool.description}`)) ?? takers[0];
}

const FILLERS = new Set([
  'get',
  'list',
  'show',
  'read',
  'fetch',
  'find',
  'search',
  'create',
  'add',
  'make',
  'look',
  'up',
  'lookup',
  'my',
  'the',
  'a',
  'of',
  'for',
  'tool',
  'all',
]);

/** A tool whose own name the question spells out: "list my issues" asks for `list_issues`. */
export function findNamedTool(tools: readonly ToolSpec[], question: string): ToolSpec | undefined {
  const words = new Set((question.toLowerCase().match(/\p{L}+/gu) ?? []).map((word) => stem(word)));
  return tools.find(({ name }) => {
    const parts = name
      .replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
      .toLowerCase()
      .split(/[^\p{L}]+/u)
      .filter((part) => part !== '' && !FILLERS.has(part));
    return parts.length > 0 && parts.every((part) => words.has(stem(part)));
  });
}

function stem(word: string): string {
  return word.replace(/(?:ies|y)$/, 'i').replace(/(?:es|s)$/, '');
}
