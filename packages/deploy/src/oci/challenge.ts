/** One challenge of a `WWW-Authenticate` header (RFC 9110, 11.6.1). */
export interface Challenge {
  scheme: string;
  parameters: Record<string, string>;
}

const token = /[!#$%&'*+.^_`|~\w-]+/y;

/**
 * Reads a `WWW-Authenticate` header: several challenges, quoted values with commas and escapes inside.
 * What cannot be read ends the list; the challenges before it are kept.
 */
export function parseChallenges(header: string): Challenge[] {
  const challenges: Challenge[] = [];
  let at = 0;
  const skip = (characters: RegExp): void => {
    while (at < header.length && characters.test(header[at] as string)) at += 1;
  };
  const readToken = (): string | undefined => {
    token.lastIndex = at;
    const found = token.exec(header)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  const readValue = (): string | undefined => {
    if (header[at] !== '"') return readToken();
    let value = '';
    for (at += 1; at < header.length && header[at] !== '"'; at += 1) {
      if (header[at] === '\\') at += 1;
      value += header[at] ?? '';
    }
    at += 1;
    return value;
  };

  while (at < header.length) {
    skip(/[\s,]/);
    const name = readToken();
    if (name === undefined) return challenges;
    skip(/\s/);
    const current = challenges.at(-1);
    if (header[at] === '=' && current !== undefined) {
      at += 1;
      skip(/\s/);
      const value = readValue();
      if (value === undefined) return challenges;
      current.parameters[name.toLowerCase()] = value;
    } else {
      challenges.push({ scheme: name.toLowerCase(), parameters: {} });
    }
  }
  return challenges;
}
