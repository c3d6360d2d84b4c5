import { ModelRequestError } from './model-request-error.ts';

export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a decimal';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** The refusal of a member that has another JSON type than the one it must have. */
export function invalidType(param: string, expected: string, value: unknown): ModelRequestError {
  return new ModelRequestError(400, `Invalid type for '${param}': expected ${expected}, but got ${typeName(value)} instead.`, {
    code: 'invalid_type',
    param,
  });
}

export function missing(param: string): ModelRequestError {
  return new ModelRequestError(400, `Missing required parameter: '${param}'.`, { code: 'missing_required_parameter', param });
}

export function invalidValue(param: string, message: string): ModelRequestError {
  return new ModelRequestError(400, message, { code: 'invalid_value', param });
}

/** What the real service has and this one has not. It is refused, because an answer that ignored it would mislead. */
export function unsupported(param: string, what: string): ModelRequestError {
  return new ModelRequestError(400, `Unsupported parameter: '${param}'. The local model stand-in does not do ${what}.`, {
    code: 'unsupported_parameter',
    param,
  });
}

export function readString(value: unknown, param: string): string {
  if (value === undefined) throw missing(param);
  if (typeof value !== 'string') throw invalidType(param, 'a string', value);
  return value;
}

export function readObject(value: unknown, param: string): JsonObject {
  if (value === undefined) throw missing(param);
  if (!isObject(value)) throw invalidType(param, 'an object', value);
  return value;
}

/** `null` counts as absent, as it does at OpenAI. */
export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** `stream_options`, which mean nothing without `stream`, and are refused then. */
export function readStreamOptions(value: unknown, stream: boolean): JsonObject {
  if (!isGiven(value)) return {};
  if (!stream)
    throw new ModelRequestError(400, "The 'stream_options' parameter is only allowed when 'stream' is enabled.", {
      param: 'stream_options',
    });
  return readObject(value, 'stream_options');
}

/** `null` counts as absent, as it does at OpenAI. */
export function readBoolean(value: unknown, param: string, fallback: boolean): boolean {
  if (value === undefined || value === null) return fallback;
  if (typeof value !== 'boolean') throw invalidType(param, 'a boolean', value);
  return value;
}

export function readInteger(value: unknown, param: string, minimum: number): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value)) throw invalidType(param, 'an integer', value);
  if (value < minimum) {
    throw new ModelRequestError(
      400,
      `Invalid '${param}': integer below minimum value. Expected a value >= ${minimum}, but got ${value} instead.`,
      {
        code: 'integer_below_min_value',
        param,
      },
    );
  }
  return value;
}

/** Text of a message: a string, or parts of which those with text count (an image has none). */
export function readContent(value: unknown, param: string): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) throw invalidType(param, 'a string or an array of content parts', value);
  return value
    .map((part: unknown, index) => {
      const { text, refusal } = readObject(part, `${param}[${index}]`);
      return typeof text === 'string' ? text : typeof refusal === 'string' ? refusal : '';
    })
    .filter((text) => text !== '')
    .join('\n');
}
