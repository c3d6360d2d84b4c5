import type { IncomingHttpHeaders } from 'node:http';

/** Headers that concern one connection and not the message (RFC 9110, 7.6.1). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** The headers that a proxy passes on: without those of the hop, and without what `Connection` names. */
export function endToEndHeaders(headers: IncomingHttpHeaders | Record<string, string | string[]>): Record<string, string | string[]> {
  const named = new Set(
    Object.entries(headers)
      .filter(([name]) => name.toLowerCase() === 'connection')
      .flatMap(([, value]) => String(value).toLowerCase().split(','))
      .map((name) => name.trim()),
  );
  const kept: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    if (value !== undefined && !HOP_BY_HOP.has(lower) && !named.has(lower)) kept[name] = value;
  }
  return kept;
}
