import type { IncomingHttpHeaders } from 'node:http';

/** Node reads a header as if each byte were a character; clients of S3 sign and send UTF-8. What is no UTF-8 stays as it is. */
export function readHeaderText<T extends IncomingHttpHeaders | NodeJS.Dict<string[]>>(headers: T): T {
  const read = (value: string | string[] | undefined) => (typeof value === 'string' ? fromHeaderBytes(value) : value?.map(fromHeaderBytes));
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, read(value)])) as T;
}

/** The reverse: a text as Node is to write it, so that its UTF-8 goes out. */
export function toHeaderBytes(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

function fromHeaderBytes(value: string): string {
  if (/^[\x20-\x7e]*$/.test(value)) return value;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(value, 'latin1'));
  } catch {
    return value;
  }
}
