import type { SimulatedPolicy } from './simulated-policies.ts';

/** The keys in conditions and variables of policies, each once, as it is written where it comes first: the case of a key means nothing. */
export function keysOfPolicies(policies: readonly SimulatedPolicy[]): string[] {
  const keys = new Map<string, string>();
  for (const { policy } of policies)
    for (const statement of [...policy.document.allows, ...policy.document.denies])
      for (const key of statement.contextKeys()) if (!keys.has(key.toLowerCase())) keys.set(key.toLowerCase(), key);
  return [...keys.values()];
}
