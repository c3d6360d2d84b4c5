import type { ApiModel, ApiShape } from '../api/model.ts';
import { lengthConstraint, rangeConstraint, type Violation } from './constraint-message.ts';
import { matchesPattern } from './matches-pattern.ts';

/**
 * Checks a parsed input against the constraints of the service's model: required members, lengths, ranges, patterns, enums and unions.
 * Stops after ten violations: a hostile list must not make a message of megabytes.
 */
export function validateInput(model: ApiModel, shapeName: string, input: unknown): Violation[] {
  const violations: Violation[] = [];
  check({ type: 'structure', ref: shapeName }, input, '');
  return violations;

  function check(shape: ApiShape, value: unknown, path: string): void {
    if (violations.length >= 10) return;
    if (shape.type === 'structure') return checkStructure(shape, value as Record<string, unknown>, path);
    if (shape.type === 'list') {
      const list = value as unknown[];
      report(lengthConstraint(shape, list.length), path, list, shape);
      for (const [index, item] of list.entries()) check(shape.member!, item, `${path}.${index + 1}.member`);
      return;
    }
    if (shape.type === 'map') {
      const entries = Object.entries(value as Record<string, unknown>);
      report(lengthConstraint(shape, entries.length), path, value, shape);
      for (const [key, item] of entries) {
        if (shape.key) checkString(shape.key, key, `${path}.key`);
        check(shape.value!, item, `${path}.${key}.value`);
      }
      return;
    }
    if (shape.type === 'string') return checkString(shape, value as string, path);
    if (shape.type === 'number') return report(rangeConstraint(shape, value as number), path, value, shape);
    if (shape.type === 'blob' && value instanceof Uint8Array) report(lengthConstraint(shape, value.byteLength), path, '(binary)', shape);
  }

  function checkStructure(shape: ApiShape, value: Record<string, unknown>, path: string): void {
    const definition = model.shapes[shape.ref!]!;
    for (const name of definition.required ?? []) {
      if (value[name] === undefined) violations.push({ path: join(path, name), value: null, constraint: 'Member must not be null' });
    }
    const present = Object.keys(definition.members!).filter((name) => value[name] !== undefined);
    if (definition.union && present.length !== 1) {
      violations.push({ path, constraint: 'Member must have exactly one of its members set' });
    }
    for (const name of present) check(definition.members![name]!, value[name], join(path, name));
  }

  function checkString(shape: ApiShape, value: string, path: string): void {
    if (shape.enum && !shape.enum.includes(value)) {
      return report(`Member must satisfy enum value set: [${shape.enum.join(', ')}]`, path, value, shape);
    }
    report(lengthConstraint(shape, value.length), path, value, shape);
    if (!shape.pattern) return;
    // Patterns are tried only on values of a sane length. What is longer, where no length was given, is no match.
    const isTooLong = value.length > Math.max(shape.max ?? 0, 4096);
    if (isTooLong ? shape.max === undefined : !matchesPattern(shape.pattern, value)) {
      report(`Member must satisfy regular expression pattern: ${shape.pattern}`, path, value, shape);
    }
  }

  function report(constraint: string | undefined, path: string, value: unknown, shape: ApiShape): void {
    if (constraint === undefined) return;
    violations.push({ path, value: shape.sensitive ? '***' : shorten(value), constraint });
  }
}

/** AWS names members in lower camel case in these messages, also where the wire has `RoleName`. */
function join(path: string, name: string): string {
  const member = name.charAt(0).toLowerCase() + name.slice(1);
  return path === '' ? member : `${path}.${member}`;
}

function shorten(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 256 ? `${text.slice(0, 256)}...` : text;
}
