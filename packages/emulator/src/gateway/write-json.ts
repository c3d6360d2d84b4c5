import type { ApiModel, ApiShape } from '../api/model.ts';

/** Turns a handler's output into JSON values, by the model: what it does not name is left out, so no internal member can leak. */
export function writeJson(model: ApiModel, shape: ApiShape, value: unknown): unknown {
  switch (shape.type) {
    case 'structure': {
      const source = value as Record<string, unknown>;
      const result: Record<string, unknown> = {};
      for (const [name, member] of Object.entries(model.shapes[shape.ref!]!.members!)) {
        if (member.location === undefined && source[name] !== undefined) result[name] = writeJson(model, member, source[name]);
      }
      return result;
    }
    case 'list':
      return (value as unknown[]).map((item) => writeJson(model, shape.member!, item));
    case 'map':
      return Object.fromEntries(Object.entries(value as object).map(([key, item]) => [key, writeJson(model, shape.value!, item)]));
    case 'timestamp':
      return shape.format === 'date-time' ? (value as Date).toISOString() : (value as Date).getTime() / 1000;
    case 'blob':
      return Buffer.from(value as Uint8Array).toString('base64');
    default:
      return value;
  }
}
