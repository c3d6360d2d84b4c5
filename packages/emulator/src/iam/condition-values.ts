import { BlockList, isIP } from 'node:net';

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const YEAR = /^\d{4}$/;
const EPOCH = /^\d+(?:\.\d+)?$/;
const W3C_DATE = /^\d{4}-\d{2}(?:-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2}))?)?$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

export function parseNumber(text: string): number | undefined {
  return NUMBER.test(text) ? Number(text) : undefined;
}

/** Milliseconds since 1970 of a W3C date (a profile of ISO 8601) or of Unix seconds. */
export function parseDate(text: string): number | undefined {
  if (EPOCH.test(text) && !YEAR.test(text)) return Number(text) * 1000;
  if (!YEAR.test(text) && !W3C_DATE.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

export function parseBase64(text: string): Buffer | undefined {
  return BASE64.test(text) ? Buffer.from(text, 'base64') : undefined;
}

/** An address or a CIDR range, of either version. */
export interface AddressRange {
  contains(address: string): boolean;
}

export function parseAddressRange(text: string): AddressRange | undefined {
  const [address = '', prefix, ...rest] = text.split('/');
  const version = isIP(address);
  const bits = version === 4 ? 32 : 128;
  const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : bits + 1;
  if (version === 0 || rest.length > 0 || length > bits || address.includes('%')) return undefined;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(address, length, family);
  // An address of the other version is never in the range, even one that maps to it.
  return { contains: (candidate) => isIP(candidate) === version && !candidate.includes('%') && list.check(candidate, family) };
}
