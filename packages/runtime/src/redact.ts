const mark = '[redacted]';

// What a credential looks like in free text: a bearer header, a JSON Web Token, a key in the style of OpenAI, an AWS access key id.
const patterns = [
  /\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi,
  /\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*/g,
  /\bsk-[\w-]{16,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
];

/**
 * Takes credentials out of a line of log: those given, and what looks like one.
 *
 * A safety net and no licence: it cannot know a secret that has no form and was never named.
 */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) {
    clean = without(clean, secret);
    // `Bearer xyz` is a secret as `xyz` too: the scheme is what a line most often lacks.
    const space = secret.indexOf(' ');
    if (space !== -1) clean = without(clean, secret.slice(space + 1));
  }
  for (const pattern of patterns) clean = clean.replace(pattern, mark);
  return clean;
}

function without(text: string, secret: string): string {
  // A value of a few characters would also match ordinary words, and is no secret worth the name.
  return secret.length >= 8 && text.includes(secret) ? text.replaceAll(secret, mark) : text;
}
