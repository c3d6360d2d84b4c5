import { createHmac } from 'node:crypto';
import type { NormalizedSchema } from '@smithy/core/schema';

export interface MaskOptions {
  /** Of this run, and kept nowhere: the same id always becomes the same placeholder, and nobody can tell which id it was. */
  key: string;
  runId: string;
  accountId: string;
  region: string;
}

/** Members that give access to something though the model does not call all of them sensitive, or that hold what somebody else's account has. */
const SECRET_MEMBERS =
  /(?:session|access|identity|authorization|next|rotation)token$|^marker$|^nextmarker$|secretaccesskey$|secretstring$|secretbinary$|apikey$|password$/i;
const SECRET = '<secret>';

export type Mask = ReturnType<typeof createMask>;

/** Takes out of inputs and answers what nobody else may know, in a way that leaves their shapes as they are. */
export function createMask({ key, runId, accountId, region }: MaskOptions) {
  const secrets = new Set<string>();
  const placeholder = (kind: string, value: string) => `<${kind}:${lettersOf(createHmac('sha256', key).update(value).digest('hex'))}>`;
  const id = (value: string) => placeholder('id', value);

  function text(value: string): string {
    let masked = value;
    for (const secret of secrets) masked = secret.length < 6 ? (masked === secret ? SECRET : masked) : masked.replaceAll(secret, SECRET);
    masked = masked.replaceAll(accountId, placeholder('account', accountId)).replaceAll(runId, '<run>').replaceAll(region, '<region>');
    for (const [pattern, replace] of rules(placeholder, id)) masked = masked.replace(pattern, replace as (...parts: string[]) => string);
    return masked;
  }

  /** Remembers the secrets of a value, so that they are masked wherever else they stand. */
  function learn(value: unknown, schema: NormalizedSchema | undefined, isSecret = false): void {
    const secret = isSecret || isSensitive(schema);
    if (typeof value === 'string' && secret && value !== '') for (const form of formsOf(value)) secrets.add(form);
    if (typeof value !== 'object' || value === null || !isPlain(value)) return;
    for (const [name, item] of Object.entries(value)) learn(item, memberOf(schema, name), secret || SECRET_MEMBERS.test(name));
  }

  function mask(value: unknown, schema: NormalizedSchema | undefined, name = ''): unknown {
    if (value === undefined || value === null || typeof value === 'boolean') return value;
    if (isSensitive(schema) || SECRET_MEMBERS.test(name)) return SECRET;
    if (typeof value === 'string') return name === 'containerUri' ? '<image>' : text(value);
    // Seconds and milliseconds since 1970 would tell when.
    if (typeof value === 'number') return value < 1e9 ? value : '<number>';
    if (value instanceof Date) return '<date>';
    if (value instanceof Uint8Array) return '<bytes>';
    if (Array.isArray(value)) return value.map((item) => mask(item, memberOf(schema, ''), name));
    if (typeof value !== 'object' || !isPlain(value)) return '<stream>';
    const members = Object.entries(value).filter(([key, item]) => item !== undefined && key !== '$metadata');
    return Object.fromEntries(members.map(([key, item]) => [text(key), mask(item, memberOf(schema, key), key)]));
  }

  return { learn, mask, text };
}

/** Sixteen letters for a digest: digits could be taken for an account. */
const lettersOf = (hex: string): string => hex.slice(0, 16).replace(/./g, (digit) => 'ghijklmnopqrstuv'[Number.parseInt(digit, 16)]!);

type Rule = [pattern: RegExp, replace: string | ((...parts: string[]) => string)];

/** What ids, accounts and people look like wherever they stand. The order matters: what is long comes before what could be a part of it. */
function rules(placeholder: (kind: string, value: string) => string, id: (value: string) => string): Rule[] {
  return [
    [/eyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g, SECRET],
    [/[\w.+-]+@[\w-]+\.[\w.-]+/g, '<email>'],
    [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z?/g, '<date>'],
    [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, id],
    [/\b(?:[0-9a-f]{64}|[0-9a-f]{32})\b/g, id],
    [/\b(A[A-Z]{3})([A-Z0-9]{16,17})\b/g, (_, prefix = '', rest = '') => prefix + id(rest)],
    [/(?<![\d:])\d{12}(?!\d)|(?<=:)\d{12}(?=:)/g, (account) => placeholder('account', account)],
    [/(?<=:secret:[^\s'"]*?-)[0-9a-f]{8}(?=-[A-Za-z0-9]{6}\b)/g, id],
    [/(?<=:secret:[^\s'"]*-)[A-Za-z0-9]{6}(?![\w-])/g, id],
    [/(?<=<run>_\w+-)[A-Za-z0-9]{10}(?![A-Za-z0-9])/g, id],
    [/(?<=:(?:user|assumed-role|federated-user)\/)(?![^\s'"]*<run>)[^\s'"]+/g, '<name>'],
    [/(?:127\.0\.0\.1|localhost)(?::\d+)?/g, '<host>'],
    [/(?=[A-Za-z0-9+/_=-]*\d)(?=[A-Za-z0-9+/_=-]*[a-z])(?=[A-Za-z0-9+/_=-]*[A-Z])[A-Za-z0-9+/_=-]{40,}/g, '<opaque>'],
  ];
}

function isSensitive(schema: NormalizedSchema | undefined): boolean {
  return Boolean(schema?.getMergedTraits().sensitive);
}

/** A secret as it is, and as documents, URLs and headers hold it. */
function formsOf(secret: string): string[] {
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), Buffer.from(secret).toString('base64')];
}

function isPlain(value: object): boolean {
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null;
}

function memberOf(schema: NormalizedSchema | undefined, name: string): NormalizedSchema | undefined {
  if (schema === undefined) return undefined;
  if (schema.isListSchema() || schema.isMapSchema()) return schema.getValueSchema();
  return schema.isStructSchema() ? schema.getMemberSchemas()[name] : undefined;
}
