import { invalidArgument, notImplemented, s3Error } from './errors.ts';
import type { StoredVersion } from './object.ts';

/** Bytes of an object; both ends are included. */
interface ByteRange {
  start: number;
  end: number;
}

const MAX_PARTS = 10_000;

/** One range; several, or what is none, mean the whole object, as S3 has it. */
export function readRange(header: string | undefined, size: StoredVersion['size']): ByteRange | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '');
  const [, first = '', last = ''] = match ?? [];
  if (!match || (first === '' && last === '') || (first !== '' && last !== '' && Number(last) < Number(first))) return undefined;
  const start = first === '' ? Math.max(size - Number(last), 0) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (start >= size || (first === '' && Number(last) === 0))
    throw s3Error('InvalidRange', 416, 'The requested range is not satisfiable', {
      RangeRequested: header ?? '',
      ActualObjectSize: String(size),
    });
  return { start, end };
}

/** Part `text` of an object, counted from 1 in the order of its bytes. An object that came in one piece is its own first part. */
export function partOf({ size, parts, etag }: Pick<StoredVersion, 'size' | 'parts' | 'etag'>, text: string): ByteRange | undefined {
  const number = readPartNumber(text);
  // Of one that an older version of this program put together nobody knows where its parts begin.
  if (!parts && etag.includes('-')) throw notImplemented('GetObject of a part of an object that was uploaded before parts were kept');
  const sizes = parts ?? [size];
  if (number > sizes.length)
    throw s3Error('InvalidPartNumber', 416, 'The requested partnumber is not satisfiable', {
      ActualPartCount: String(sizes.length),
      PartNumberRequested: text,
    });
  const start = sizes.slice(0, number - 1).reduce((sum, part) => sum + part, 0);
  const length = sizes[number - 1]!;
  // No range says "nothing".
  if (length === 0 && size > 0) throw notImplemented('GetObject of an empty part');
  return length === 0 ? undefined : { start, end: start + length - 1 };
}

export function readPartNumber(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > MAX_PARTS)
    throw invalidArgument('Part number must be an integer between 1 and 10000, inclusive', 'partNumber', text);
  return number;
}
