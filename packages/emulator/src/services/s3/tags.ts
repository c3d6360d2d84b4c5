import { invalidArgument, malformedXml, s3Error } from './errors.ts';
import { childrenOf, childText, type XmlElement, type XmlValue } from './xml.ts';

const MAX_OBJECT_TAGS = 10;
const MAX_BUCKET_TAGS = 50;
const CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** `<TagSet>` or `<Tags>`: their `<Tag>` children. */
export function readTags(set: XmlElement | undefined, limit = MAX_BUCKET_TAGS): Record<string, string> {
  const pairs = (set ? childrenOf(set, 'Tag') : []).map((tag) => {
    const [key, value] = [childText(tag, 'Key'), childText(tag, 'Value')];
    if (key === undefined || value === undefined) throw malformedXml();
    return [key, value] as const;
  });
  return checkTags(pairs, limit);
}

export function readTagging(document: XmlElement, limit = MAX_BUCKET_TAGS): Record<string, string> {
  return readTags(
    document.children.find((child) => child.name === 'TagSet'),
    limit,
  );
}

export const readObjectTagging = (document: XmlElement) => readTagging(document, MAX_OBJECT_TAGS);

/** The header `x-amz-tagging`: as the query of a URL. */
export function readTagHeader(header: string | undefined): Record<string, string> {
  if (header === undefined) return {};
  const pairs = [...new URLSearchParams(header)];
  const isQuery =
    new Set(pairs.map(([key]) => key)).size === pairs.length && pairs.every((pair) => pair.every((text) => CHARACTERS.test(text)));
  if (!isQuery)
    throw invalidArgument(
      "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
      'x-amz-tagging',
      header,
    );
  return checkTags(pairs, MAX_OBJECT_TAGS);
}

export function writeTagging(tags: Record<string, string>): { root: string; value: XmlValue } {
  const list = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  return { root: 'Tagging', value: { TagSet: { Tag: list } } };
}

function checkTags(pairs: readonly (readonly [string, string])[], limit: number): Record<string, string> {
  if (pairs.length > limit) throw s3Error('BadRequest', 400, `Object tags cannot be greater than ${limit}`);
  const tags: Record<string, string> = {};
  for (const [key, value] of pairs) {
    if (Object.hasOwn(tags, key)) throw s3Error('InvalidTag', 400, 'Cannot provide multiple Tags with the same key', { TagKey: key });
    if (key === '' || key.length > 128 || !CHARACTERS.test(key) || /^aws:/i.test(key))
      throw s3Error('InvalidTag', 400, 'The TagKey you have provided is invalid', { TagKey: key });
    if (value.length > 256 || !CHARACTERS.test(value))
      throw s3Error('InvalidTag', 400, 'The TagValue you have provided is invalid', { TagKey: key, TagValue: value });
    Object.defineProperty(tags, key, { value, enumerable: true, writable: true, configurable: true });
  }
  return tags;
}
