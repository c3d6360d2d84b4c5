import type { ApiModel, ApiShape } from '../api/model.ts';
import { AwsError } from './aws-error.ts';

/** Turns a JSON value into what the SDK's types say for `shape`: dates, bytes, numbers. Unknown members are ignored, as AWS ignores them. */
export function readJson(model: ApiModel, shape: ApiShape, value: unknown): unknown {
  switch (shape.type) {
    case 'structure': {
      const source = expectObject(value);
      const members = model.shapes[shape.ref!]!.members!;
      const result: Record<string, unknown> = {};
      for (const [name, member] of Object.entries(members)) {
        const item = source[name];
        if (item !== undefined && item !== null) result[name] = readJson(model, member, item);
      }
      return result;
    }
    case 'list':
      if (!Array.isArray(value)) throw unexpected(value, 'a list');
      return value.filter((item) => item !== null).map((item) => readJson(model, shape.member!, item));
    case 'map': {
      const entries = Object.entries(expectObject(value)).filter(([, item]) => item !== null);
      return Object.fromEntries(entries.map(([key, item]) => [key, readJson(model, shape.value!, item)]));
    }
    case 'string':
      if (typeof value !== 'string') throw unexpected(value, 'a string');
      return value;
    case 'number':
      if (typeof value !== 'number') throw unexpected(value, 'a number');
      return value;
    case 'boolean':
      if (typeof value !== 'boolean') throw unexpected(value, 'a boolean');
      return value;
    case 'timestamp':
      return readTimestamp(value);
    case 'blob':
      if (typeof value !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(value)) throw unexpected(value, 'Base64 text');
      return Buffer.from(value, 'base64');
    case 'document':
      return value;
  }
}

export function readTimestamp(value: unknown): Date {
  const date = typeof value === 'number' ? new Date(value * 1000) : new Date(String(value));
  if (Number.isNaN(date.getTime())) throw unexpected(value, 'a timestamp');
  return date;
}

export function parseJsonBody(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (cause) {
    throw new AwsError('SerializationException', 400, 'The request body is not valid JSON.', { cause });
  }
}

function expectObject(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unexpected(value, 'an object');
  return value as Record<string, unknown>;
}

function unexpected(value: unknown, expected: string): AwsError {
  const found = value === null ? 'NULL' : Array.isArray(value) ? 'LIST' : typeof value === 'object' ? 'STRUCTURE' : typeof value;
  return new AwsError('SerializationException', 400, `${found.toUpperCase()}_VALUE can not be converted: expected ${expected}.`);
}
