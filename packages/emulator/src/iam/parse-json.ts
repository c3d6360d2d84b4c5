import { PolicyError } from './policy-error.ts';

/** A policy that IAM takes is six levels deep. What is far deeper would only exhaust the stack of whoever walks it. */
const MAX_DEPTH = 64;

const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],]/g;

/**
 * Parses a policy's text as strict JSON.
 * Beyond `JSON.parse` it refuses a name that an object has twice: the second would silently replace the first, and a condition be lost.
 */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new PolicyError('This policy contains invalid Json', { cause: error });
  }
  const twice = findDuplicateName(text);
  if (twice !== undefined) throw new PolicyError(`This policy contains invalid Json: the name "${twice}" appears twice in one object`);
  return value;
}

function findDuplicateName(validJson: string): string | undefined {
  const objects: (Set<string> | undefined)[] = [];
  let nameComesNext = false;
  for (const [token] of validJson.matchAll(TOKENS)) {
    const names = objects.at(-1);
    if (token === '{' || token === '[') {
      objects.push(token === '{' ? new Set() : undefined);
      if (objects.length > MAX_DEPTH) throw new PolicyError(`Syntax errors in policy: it is nested deeper than ${MAX_DEPTH} levels.`);
      nameComesNext = token === '{';
    } else if (token === '}' || token === ']') {
      objects.pop();
      nameComesNext = false;
    } else if (token === ',') {
      nameComesNext = names !== undefined;
    } else if (nameComesNext && names) {
      const name = JSON.parse(token) as string;
      if (names.has(name)) return name;
      names.add(name);
      nameComesNext = false;
    }
  }
  return undefined;
}
