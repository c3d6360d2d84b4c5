import type { NamedPolicy, Subject } from './types.ts';

/**
 * The condition keys, as the policies write them, that statements about the request's action and resource need and that the request has not. A
 * resource that is written with a variable without a value may be the one that is meant.
 */
export function missingKeys(policies: readonly NamedPolicy[], subject: Subject): string[] {
  const missing = new Map<string, string>();
  for (const { document } of policies) {
    for (const statement of [...document.allows, ...document.denies]) {
      let lacks = false;
      const watched: Subject = {
        ...subject,
        value(key) {
          const value = subject.value(key);
          lacks ||= value === undefined;
          return value;
        },
      };
      if (!statement.concerns(watched) && !lacks) continue;
      for (const key of statement.contextKeys())
        if (subject.value(key.toLowerCase()) === undefined && !missing.has(key.toLowerCase())) missing.set(key.toLowerCase(), key);
    }
  }
  return [...missing.values()];
}
