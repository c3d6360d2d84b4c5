import type { ApiMember } from '../api/model.ts';
import { AwsError } from './aws-error.ts';
import type { FoundOperation, WireRequest } from './find-operation.ts';
import { parseJsonBody, readJson, readTimestamp } from './read-json.ts';
import { readQuery } from './read-query.ts';

/** The input of an operation, from wherever its protocol and its bindings put the members. */
export function readInput(
  { model, operation, labels }: FoundOperation,
  request: WireRequest & { query: URLSearchParams; body: Buffer },
): Record<string, unknown> {
  const shape = { type: 'structure', ref: operation.input! } as const;
  if (model.protocol === 'query')
    return readQuery(model, operation.input!, request.form ?? new URLSearchParams()) as Record<string, unknown>;
  if (model.protocol === 'json') return readJson(model, shape, parseJsonBody(request.body)) as Record<string, unknown>;

  const members = Object.entries(model.shapes[operation.input!]!.members!);
  const hasPayload = members.some(([, member]) => member.location === 'payload');
  const hasBody = members.some(([, member]) => member.location === undefined);
  const input = hasBody && !hasPayload ? (readJson(model, shape, parseJsonBody(request.body)) as Record<string, unknown>) : {};
  for (const [name, member] of members) {
    // A bound member comes from its binding only: the body must not smuggle in a second value.
    if (member.location !== undefined) delete input[name];
    const value = boundValue(name, member);
    if (value !== undefined) input[name] = value;
  }
  return input;

  function boundValue(name: string, member: ApiMember): unknown {
    switch (member.location) {
      case 'label':
        return scalar(member, labels[name], name);
      case 'header':
        return scalar(member, headerText(request.headers[member.locationName!.toLowerCase()]), name);
      case 'query':
        if (member.type === 'list') return request.query.has(member.locationName!) ? request.query.getAll(member.locationName!) : undefined;
        return scalar(member, request.query.get(member.locationName!) ?? undefined, name);
      case 'payload':
        if (member.type === 'blob') return request.body;
        return request.body.length === 0 ? undefined : readJson(model, member, parseJsonBody(request.body));
      default:
        return undefined;
    }
  }
}

function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(',') : value;
}

function scalar(member: ApiMember, text: string | undefined, name: string): unknown {
  if (text === undefined) return undefined;
  if (member.type === 'number') {
    const number = Number(text);
    if (text.trim() === '' || !Number.isFinite(number))
      throw new AwsError('SerializationException', 400, `${name}: '${text.slice(0, 64)}' is not a number.`);
    return number;
  }
  if (member.type === 'boolean') {
    if (text !== 'true' && text !== 'false')
      throw new AwsError('SerializationException', 400, `${name}: '${text.slice(0, 64)}' is neither true nor false.`);
    return text === 'true';
  }
  return member.type === 'timestamp' ? readTimestamp(text) : text;
}
