import type { ApiModel, ApiOperation } from '../api/model.ts';
import { RAW_TEXT } from './mutate.ts';
import type { Random } from './random.ts';
import { encode, type RawRequest } from './sign-raw.ts';

export interface Call {
  model: ApiModel;
  name: string;
  operation: ApiOperation;
  input: unknown;
}

/** A call in the protocol of its service, also one with an input that no client would send. */
export function encodeCall({ model, name, operation, input }: Call): RawRequest {
  if (model.protocol === 'query') {
    const form = [['Action', name], ['Version', model.apiVersion], ...flatten(input, '')];
    const body = form.map((pair) => pair.map((text) => encode(text!)).join('=')).join('&');
    return { method: 'POST', target: '/', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: Buffer.from(body) };
  }
  if (model.protocol === 'json') {
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `${model.targetPrefix}.${name}` };
    return { method: 'POST', target: '/', headers, body: toJson(input) };
  }
  return encodeRest({ model, name, operation, input });
}

function encodeRest({ model, operation, input }: Call): RawRequest {
  let target = operation.path;
  const query: string[] = [];
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  const body: Record<string, unknown> = {};
  let payload: Buffer | undefined;
  const members = model.shapes[operation.input!]!.members!;
  for (const [member, value] of Object.entries((typeof input === 'object' ? input : {}) ?? {})) {
    const { location, locationName = member, type } = Object.hasOwn(members, member) ? members[member]! : {};
    if (location === 'label')
      target = target.replace(`{${locationName}}`, encode(urlText(value))).replace(`{${member}}`, encode(urlText(value)));
    else if (location === 'query') query.push(...[value].flat().map((item) => `${encode(locationName)}=${encode(urlText(item, 600))}`));
    else if (location === 'header') headers[locationName.toLowerCase()] = headerSafe(wireText(value));
    else if (location === 'payload') payload = type === 'blob' ? Buffer.from(wireText(value)) : toJson(value);
    else Object.defineProperty(body, member, { value, enumerable: true });
  }
  // A label that the input has not: whatever stands there then is a value like any other.
  target = target.replaceAll(/\{\w+\+?\}/g, 'none');
  const isObject = typeof input === 'object' && input !== null && !Array.isArray(input);
  const bytes =
    payload ??
    (isObject && Object.keys(body).length === 0 && operation.method !== 'POST' ? Buffer.alloc(0) : toJson(isObject ? body : input));
  return { method: operation.method, target: target + (query.length > 0 ? `?${query.slice(0, 3).join('&')}` : ''), headers, body: bytes };
}

function toJson(value: unknown): Buffer {
  let json = JSON.stringify(value) ?? '';
  for (const [mark, raw] of Object.entries(RAW_TEXT)) json = json.replaceAll(`"${mark}"`, () => raw);
  return Buffer.from(json);
}

function flatten(value: unknown, prefix: string): [string, string][] {
  if (Array.isArray(value)) return value.flatMap((item, index) => flatten(item, `${prefix}.member.${index + 1}`));
  if (typeof value !== 'object' || value === null) return prefix === '' ? [] : [[prefix, wireText(value)]];
  return Object.entries(value).flatMap(([name, item]) => flatten(item, prefix === '' ? name : `${prefix}.${name}`));
}

/** A value as it stands in a path, a query, a header or a form. */
export function wireText(value: unknown): string {
  if (typeof value === 'string') return Object.hasOwn(RAW_TEXT, value) ? RAW_TEXT[value]! : value;
  return typeof value === 'object' ? (JSON.stringify(value) ?? '') : String(value);
}

/** Longer, it would be refused for the size of its first line alone: see http.test.ts. */
const urlText = (value: unknown, length = 1300) => wireText(value).slice(0, length);

/** What node's client would refuse to send is not what is tested here. Other suites write to the socket. */
function headerSafe(value: string): string {
  // eslint-disable-next-line no-control-regex
  return value
    .slice(0, 2000)
    .replaceAll(/[^\u0021-\u007E]+/g, ' ')
    .trim();
}

/** Spoils what a call looks like on the wire: broken bodies, wrong types, doubled parameters, other operations' names. */
export function spoilWire(request: RawRequest, random: Random): RawRequest {
  const { method, target, headers, body } = request;
  const glue = target.includes('?') ? '&' : '?';
  const cut = random.below(body.length + 1);
  const odd = random.pick([
    '__proto__',
    'constructor',
    'toString',
    '',
    '..',
    '%',
    '%zz',
    '%00',
    '%2e%2e',
    'a'.repeat(3000),
    '%F0%9F%98%80',
    '%ff',
  ]);
  switch (random.below(14)) {
    case 0:
      return { ...request, body: body.subarray(0, cut) };
    case 1:
      return { ...request, body: Buffer.concat([body.subarray(0, cut), random.bytes(1 + random.below(8)), body.subarray(cut)]) };
    case 2:
      return {
        ...request,
        body: Buffer.from(random.pick(['null', '[]', '"x"', '1', '', ' ', '\uFEFF{}', '{} {}', '{"a":1,}', "{'a':1}", 'NaN', '<a/>'])),
      };
    case 3:
      return {
        ...request,
        headers: {
          ...headers,
          'content-type': random.pick([
            'text/plain',
            'application/xml',
            'multipart/form-data',
            ';',
            'application/x-www-form-urlencoded',
            'application/json; charset=utf-16',
          ]),
        },
      };
    case 4:
      return { ...request, target: `${target}${glue}maxResults=1&maxResults=x&nextToken=a&nextToken=b&qualifier=a&qualifier=b` };
    case 5:
      return {
        ...request,
        target: `${target}${glue}${encode(random.pick(['__proto__', 'maxResults', 'tagKeys', 'Action', 'nextToken']))}=${encode(random.pick(['1e9', '-1', '0x10', 'NaN', 'ListRoles', '']))}`,
      };
    case 6:
      return { ...request, target: target.replace(/\/[^/?]*(?=\/?(?:\?|$))/, `/${odd}`) };
    case 7:
      return {
        ...request,
        target: random.pick([
          `${target}/`,
          `//${target}`,
          `/.${target}`,
          `${target}/${odd}`,
          `/${odd}${target}`,
          `${target}#x`,
          `/a/..${target}`,
        ]),
      };
    case 8:
      return {
        ...request,
        method: random.pick(['GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'].filter((other) => other !== method)),
      };
    case 9:
      return headers['x-amz-target'] === undefined
        ? {
            ...request,
            body: Buffer.concat([
              body,
              Buffer.from(
                '&Action=CreateRole&Tags.member.999999999.Key=a&Tags.member.-1.Key=b&Tags.member.1.Key.x.y=1&__proto__.x=1&Tags=1',
              ),
            ]),
          }
        : {
            ...request,
            headers: {
              ...headers,
              'x-amz-target': random
                .pick(['constructor', '__proto__', 'x', '', headers['x-amz-target'].toLowerCase(), `${headers['x-amz-target']}.y`])
                .replace(/^(?=constructor|__proto__)/, `${headers['x-amz-target'].split('.')[0]}.`),
            },
          };
    case 10:
      return {
        ...request,
        body: Buffer.from(
          body
            .toString()
            .replace(/Action=\w+/, `Action=${random.pick(['constructor', '__proto__', 'toString', '', 'listroles', 'ListUsers'])}`),
        ),
      };
    case 11:
      return { ...request, body: Buffer.concat([body, Buffer.from(`&${'a.'.repeat(random.pick([3, 31, 33, 5000]))}b=1`)]) };
    case 12:
      return {
        ...request,
        headers: { ...headers, 'x-amz-target': 'IAM.ListRoles', 'x-amzn-bedrock-agentcore-runtime-user-id': odd.replaceAll('%', 'p') },
      };
    default:
      return {
        ...request,
        headers: {
          ...headers,
          accept: 'text/html',
          'content-encoding': 'gzip',
          'accept-encoding': 'br',
          expect: '100-continue',
          traceparent: odd.slice(0, 100),
        },
      };
  }
}
