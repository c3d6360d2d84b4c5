import type { AuthorizationRequest, ContextValue, Subject } from './types.ts';

/** Prepares a request to be put to many statements. */
export function createSubject({ principal, action, resource, context }: AuthorizationRequest): Subject {
  let values: Map<string, readonly string[]> | undefined;
  return {
    principal,
    action: action.toLowerCase(),
    resource,
    value(lowerCaseKey) {
      // Most statements have no conditions, so the keys are often not needed at all.
      values ??= lowerCaseKeys(context);
      return values.get(lowerCaseKey);
    },
  };
}

function lowerCaseKeys(context: Readonly<Record<string, ContextValue>>): Map<string, readonly string[]> {
  const values = new Map<string, readonly string[]>();
  for (const [key, value] of Object.entries(context)) {
    const texts = typeof value === 'object' ? value : [String(value)];
    // A multivalued key without a value is as good as absent.
    if (texts.length > 0) values.set(key.toLowerCase(), texts);
  }
  return values;
}
