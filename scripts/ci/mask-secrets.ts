/** What must not stand in an issue that anybody can read, whatever GitHub has masked already. Account ids are no secrets, but nobody's business. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,}/g, '[access key]'],
  [/\bsk-[\w-]{8,}/g, '[api key]'],
  [/\b(?:gh[pousr]_|github_pat_|npm_)\w{10,}/g, '[token]'],
  [/\beyJ[\w-]{5,}\.[\w-]+(?:\.[\w-]*)?/g, '[jwt]'],
  [
    /(authorization|x-amz-security-token|api-key|secret\w*|password|token)(["']?\s*[:=]\s*["']?)(?:(?:Bearer|Basic) )?[^\s"',&]{6,}/gi,
    '$1$2[secret]',
  ],
  [/\b\d{12}\b/g, '[account]'],
  // Keys, session tokens and signatures: long, and neither a word nor a path.
  [/(?<![\w/+-])(?=[\w/+-]*\d)(?=[\w/+-]*[a-z])(?=[\w/+-]*[A-Z])[A-Za-z0-9/+]{40,}={0,2}/g, '[secret]'],
];

export function maskSecrets(text: string): string {
  return SECRETS.reduce((masked, [pattern, replacement]) => masked.replaceAll(pattern, replacement), text);
}
