import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { HttpError } from '../errors.ts';
import type { ContentTypeParserConfig } from './types.ts';

/** The parser whose content type a request has, if any. */
export function parserFor(request: IncomingMessage, parsers: readonly ContentTypeParserConfig[]): ContentTypeParserConfig | undefined {
  const given = (request.headers['content-type'] ?? '').trim();
  const type = given.split(';')[0]?.trim().toLowerCase() ?? '';
  return parsers.find(({ contentType }) =>
    contentType instanceof RegExp ? contentType.test(given) : [contentType].flat().some((one) => one.toLowerCase() === type || one === '*'),
  );
}

/**
 * The payload that a parser makes of a body, whether it returns it, promises it or hands it to its callback.
 *
 * @throws HttpError 413 for a body larger than the parser's limit, and whatever the parser throws
 */
export async function parseWith(
  { parser, parseAs = 'string', bodyLimit }: ContentTypeParserConfig,
  body: Buffer,
  request: IncomingMessage,
): Promise<unknown> {
  if (bodyLimit !== undefined && body.length > bodyLimit) throw new HttpError(413, 'Request body is too large');
  const input = parseAs === 'buffer' ? body : parseAs === 'stream' ? Readable.from([body]) : body.toString('utf8');
  return new Promise((resolve, reject) => {
    const returned = parser(request, input as never, (error, value) => {
      if (error === null || error === undefined) resolve(value);
      else reject(error);
    });
    // A parser in the callback style returns nothing, and answers later.
    if (returned !== undefined) resolve(returned);
  });
}
