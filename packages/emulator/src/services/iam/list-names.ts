import { AwsError } from '../../gateway/aws-error.ts';
import { decodeToken, encodeToken } from '../page.ts';

export const invalidMarker = () => new AwsError('ValidationError', 400, 'Invalid Marker.');

/** A page of a sorted list of names that hang on one role. */
export function listNames(
  kind: string,
  names: readonly string[],
  { Marker: marker, MaxItems: limit = 100 }: { Marker?: string | undefined; MaxItems?: number | undefined },
) {
  const after = marker === undefined ? '' : decodeToken(marker, kind, invalidMarker);
  const rest = [...names].sort().filter((name) => name > after);
  const shown = rest.slice(0, limit);
  const isTruncated = rest.length > limit;
  return { names: shown, IsTruncated: isTruncated, Marker: isTruncated ? encodeToken(kind, shown.at(-1)!) : undefined };
}
