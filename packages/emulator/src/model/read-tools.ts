import { refusedSchema } from './check-schema.ts';
import { invalidType, invalidValue, isObject, readBoolean, readObject, readString, unsupported } from './fields.ts';
import type { JsonObject } from './fields.ts';
import { ModelRequestError } from './model-request-error.ts';
import type { TextFormat, ToolChoice, ToolSpec } from './types.ts';

/** Where a function's members are: chat completions nest them under `function`, responses do not. */
export type ToolStyle = 'chat' | 'responses';

const NAME = /^[a-zA-Z0-9_-]+$/;

export function readTools(value: unknown, style: ToolStyle): ToolSpec[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalidType('tools', 'an array of objects', value);
  if (value.length === 0 && style === 'chat')
    throw new ModelRequestError(
      400,
      "Invalid 'tools': empty array. Expected an array with minimum length 1, but got an empty array instead.",
      { code: 'empty_array', param: 'tools' },
    );
  return value.map((entry: unknown, index) => {
    const at = `tools[${index}]`;
    const tool = readObject(entry, at);
    const type = readString(tool['type'], `${at}.type`);
    if (type !== 'function') throw unsupported(`${at}.type`, `tools of type '${type}', only 'function'`);
    const spec = style === 'chat' ? readObject(tool['function'], `${at}.function`) : tool;
    const path = style === 'chat' ? `${at}.function` : at;
    const name = readString(spec['name'], `${path}.name`);
    if (!NAME.test(name) || name.length > 64) {
      throw invalidValue(`${path}.name`, `Invalid '${path}.name': expected 1 to 64 characters that match the pattern '^[a-zA-Z0-9_-]+$'.`);
    }
    const description = spec['description'];
    const parameters = isObject(spec['parameters']) ? spec['parameters'] : {};
    const refused = refusedSchema(parameters, { strict: readBoolean(spec['strict'], `${path}.strict`, false) });
    if (refused !== undefined)
      throw new ModelRequestError(400, `Invalid schema for function '${name}': ${refused}`, {
        code: 'invalid_function_parameters',
        param: `${path}.parameters`,
      });
    return { name, description: typeof description === 'string' ? description : '', parameters };
  });
}

/** The refusal of a member that says something of tools that are not there. */
export function onlyWithTools(param: string): ModelRequestError {
  return new ModelRequestError(400, `Invalid value for '${param}': '${param}' is only allowed when 'tools' are specified.`, { param });
}

function namedFunction(value: JsonObject, style: ToolStyle, at: string): string {
  return style === 'chat'
    ? readString(readObject(value['function'], `${at}.function`)['name'], `${at}.function.name`)
    : readString(value['name'], `${at}.name`);
}

/** Checks `tool_choice` against the tools; `allowed_tools` narrows them. */
export function readToolChoice(value: unknown, tools: ToolSpec[], style: ToolStyle): { tools: ToolSpec[]; toolChoice: ToolChoice } {
  if (value === undefined || value === null) return { tools, toolChoice: 'auto' };
  // Responses name a choice without tools themselves: `auto` is their default, and is shown.
  if (tools.length === 0 && (style === 'chat' || (value !== 'none' && value !== 'auto'))) {
    throw onlyWithTools('tool_choice');
  }
  if (value === 'auto' || value === 'none' || value === 'required') return { tools, toolChoice: value };
  if (!isObject(value))
    throw invalidValue('tool_choice', "Invalid value for 'tool_choice'. Supported values are: 'none', 'auto', 'required' and objects.");
  const find = (name: string): ToolSpec => {
    const tool = tools.find((candidate) => candidate.name === name);
    if (!tool) throw invalidValue('tool_choice', `Tool choice '${name}' not found in 'tools' parameter.`);
    return tool;
  };
  if (value['type'] === 'function') return { tools, toolChoice: { name: find(namedFunction(value, style, 'tool_choice')).name } };
  if (value['type'] !== 'allowed_tools') throw unsupported('tool_choice', "choices other than 'function' and 'allowed_tools'");
  const allowed = style === 'chat' ? readObject(value['allowed_tools'], 'tool_choice.allowed_tools') : value;
  const names = allowed['tools'];
  if (!Array.isArray(names)) throw invalidType('tool_choice.tools', 'an array of objects', names);
  return {
    tools: names.map((entry: unknown, index) =>
      find(namedFunction(readObject(entry, `tool_choice.tools[${index}]`), style, `tool_choice.tools[${index}]`)),
    ),
    toolChoice: allowed['mode'] === 'required' ? 'required' : 'auto',
  };
}

/** `response_format` of chat completions, or `text.format` of responses. */
export function readFormat(value: unknown, param: string, style: ToolStyle): TextFormat {
  if (value === undefined || value === null) return { type: 'text' };
  const format = readObject(value, param);
  if (format['type'] === 'text') return { type: 'text' };
  if (format['type'] === 'json_object') return { type: 'json_object' };
  if (format['type'] !== 'json_schema') {
    throw invalidValue(`${param}.type`, `Invalid value for '${param}.type'. Supported values are: 'text', 'json_object', 'json_schema'.`);
  }
  const holder = style === 'chat' ? readObject(format['json_schema'], `${param}.json_schema`) : format;
  const at = style === 'chat' ? `${param}.json_schema` : param;
  const name = readString(holder['name'], `${at}.name`);
  const schema = readObject(holder['schema'], `${at}.schema`);
  const refused = readBoolean(holder['strict'], `${at}.strict`, false) ? refusedSchema(schema, { strict: true }) : undefined;
  if (refused !== undefined)
    throw new ModelRequestError(
      400,
      `Invalid schema for response_format '${name}': ${refused}`,
      style === 'chat' ? { param } : { code: 'invalid_json_schema', param: `${at}.schema` },
    );
  return { type: 'json_schema', schema };
}
