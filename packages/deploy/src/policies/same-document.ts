/**
 * Whether two policy documents mean the same: IAM may hand one back with other spacing, another order of keys, or a single
 * string where a list was put. A document that is not JSON is different from everything.
 */
export function sameDocument(left: string | object, right: string | object): boolean {
  try {
    return canonical(left) === canonical(right);
  } catch {
    return false;
  }
}

function canonical(document: string | object): string {
  return JSON.stringify(normalize(typeof document === 'string' ? JSON.parse(document) : document));
}

function normalize(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(normalize);
    // Order carries no meaning in a policy, and a list of one is the thing itself.
    return items.length === 1 ? items[0] : items.map((item) => JSON.stringify(item)).sort();
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, normalize(item)]),
  );
}
