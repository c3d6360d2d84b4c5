import type { ApiModel, ApiShape } from '../api/model.ts';

/** The awsQuery answer: `<CreateRoleResponse><CreateRoleResult>...</CreateRoleResult><ResponseMetadata>...`. */
export function writeXml(model: ApiModel, operation: string, shapeName: string, output: unknown, requestId: string): string {
  const result = element(model, { type: 'structure', ref: shapeName }, `${operation}Result`, output);
  const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
  return `<${operation}Response xmlns="${model.xmlNamespace}">${result}${metadata}</${operation}Response>`;
}

function element(model: ApiModel, shape: ApiShape, name: string, value: unknown): string {
  return `<${name}>${content(model, shape, value)}</${name}>`;
}

function content(model: ApiModel, shape: ApiShape, value: unknown): string {
  switch (shape.type) {
    case 'structure': {
      const source = value as Record<string, unknown>;
      const members = Object.entries(model.shapes[shape.ref!]!.members!);
      return members.map(([name, member]) => (source[name] === undefined ? '' : element(model, member, name, source[name]))).join('');
    }
    case 'list':
      return (value as unknown[]).map((item) => element(model, shape.member!, 'member', item)).join('');
    case 'map':
      return Object.entries(value as Record<string, unknown>)
        .map(([key, item]) => `<entry><key>${escapeXml(key)}</key>${element(model, shape.value!, 'value', item)}</entry>`)
        .join('');
    case 'timestamp':
      // Milliseconds are cut off: IAM answers whole seconds.
      return (value as Date).toISOString().replace(/\.\d+Z$/, 'Z');
    case 'blob':
      return Buffer.from(value as Uint8Array).toString('base64');
    default:
      return escapeXml(String(value));
  }
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** Control characters are not allowed in XML 1.0, not even as references. */
const NOT_XML = new RegExp('[^\\t\\n\\r\\u0020-\\uFFFD\\u{10000}-\\u{10FFFF}]', 'gu');

export function escapeXml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character]!).replaceAll(NOT_XML, '\uFFFD');
}
