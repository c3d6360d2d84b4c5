import type { ApiShape } from '../api/model.ts';

/** A value that breaks a constraint of the model: where, and in AWS's words why. */
export interface Violation {
  path: string;
  /** What the caller sent, masked where the model says that it is sensitive; `null` for a member that is missing; absent for a whole structure. */
  value?: string | null;
  constraint: string;
}

/** `Value 'x' at 'name' failed to satisfy constraint: Member must ...`, as the AWS services say it. */
export function violationMessage({ path, value, constraint }: Violation): string {
  const shown = value === undefined ? 'Value' : value === null ? 'Value null' : `Value '${value}'`;
  return `${shown} at '${path}' failed to satisfy constraint: ${constraint}`;
}

export function violationsMessage(violations: readonly Violation[]): string {
  const count = violations.length;
  return `${count} validation error${count === 1 ? '' : 's'} detected: ${violations.map(violationMessage).join('; ')}`;
}

export function lengthConstraint(shape: ApiShape, actual: number): string | undefined {
  if (shape.min !== undefined && actual < shape.min) return `Member must have length greater than or equal to ${shape.min}`;
  if (shape.max !== undefined && actual > shape.max) return `Member must have length less than or equal to ${shape.max}`;
  return undefined;
}

export function rangeConstraint(shape: ApiShape, actual: number): string | undefined {
  if (shape.min !== undefined && actual < shape.min) return `Member must have value greater than or equal to ${shape.min}`;
  if (shape.max !== undefined && actual > shape.max) return `Member must have value less than or equal to ${shape.max}`;
  return undefined;
}
