import type { ApiModel, ApiShape } from '../api/model.ts';
import { AwsError } from './aws-error.ts';
import { readTimestamp } from './read-json.ts';

/** Reads the awsQuery protocol's flattened members: `Tags.member.1.Key=team`. */
export function readQuery(model: ApiModel, shapeName: string, parameters: URLSearchParams): unknown {
  const tree = nest(parameters);
  return convert(model, { type: 'structure', ref: shapeName }, tree);
}

interface Node {
  value?: string;
  children: Map<string, Node>;
}

function nest(parameters: URLSearchParams): Node {
  const root: Node = { children: new Map() };
  for (const [name, value] of parameters) {
    let node = root;
    const parts = name.split('.');
    if (parts.length > 32) throw new AwsError('MalformedInput', 400, `Parameter name ${name.slice(0, 64)}... is nested too deeply.`);
    for (const part of parts) {
      const next = node.children.get(part) ?? { children: new Map() };
      node.children.set(part, next);
      node = next;
    }
    node.value = value;
  }
  return root;
}

function convert(model: ApiModel, shape: ApiShape, node: Node): unknown {
  switch (shape.type) {
    case 'structure': {
      const result: Record<string, unknown> = {};
      for (const [name, member] of Object.entries(model.shapes[shape.ref!]!.members!)) {
        const child = node.children.get(name);
        if (child) result[name] = convert(model, member, child);
      }
      return result;
    }
    case 'list': {
      const items = node.children.get('member')?.children ?? new Map<string, Node>();
      return [...items].sort(([a], [b]) => Number(a) - Number(b)).map(([, item]) => convert(model, shape.member!, item));
    }
    case 'map': {
      const entries = [...(node.children.get('entry')?.children ?? [])];
      return Object.fromEntries(
        entries.map(([, entry]) => [text(entry.children.get('key')), convert(model, shape.value!, entry.children.get('value') ?? entry)]),
      );
    }
    case 'boolean':
      if (text(node) !== 'true' && text(node) !== 'false') throw malformed(node, 'true or false');
      return text(node) === 'true';
    case 'number': {
      const number = Number(text(node));
      if (text(node).trim() === '' || !Number.isFinite(number)) throw malformed(node, 'a number');
      return number;
    }
    case 'timestamp':
      return readTimestamp(text(node));
    case 'blob':
      return Buffer.from(text(node), 'base64');
    default:
      return text(node);
  }
}

function text(node: Node | undefined): string {
  return node?.value ?? '';
}

function malformed(node: Node, expected: string): AwsError {
  return new AwsError('MalformedInput', 400, `Unexpected value '${text(node).slice(0, 64)}': expected ${expected}.`);
}
