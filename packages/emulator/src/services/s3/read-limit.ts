import { invalidArgument } from './errors.ts';

/** How many entries an answer may have: what the caller asks for, but no more than `most`. */
export function readLimit(query: URLSearchParams, name: string, most: number): number {
  const text = query.get(name);
  if (text === null || text === '') return most;
  if (!/^\d{1,10}$/.test(text)) throw invalidArgument(`Provided ${name} not an integer or within integer range`, name, text);
  return Math.min(Number(text), most);
}
