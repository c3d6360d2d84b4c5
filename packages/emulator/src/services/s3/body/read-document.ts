import { createHash } from 'node:crypto';
import type { S3Call } from '../call.ts';
import { malformedXml } from '../errors.ts';
import { readXml, type XmlElement } from '../xml.ts';
import { openBody, type BodyOptions } from './open-body.ts';
import { contentMismatch } from './store-body.ts';

/** DeleteObjects names a thousand keys of 1 KiB each, and each may be escaped. */
const MAX_BYTES = 8 * 1024 * 1024;

/** The XML document that a request carries, whose root must be `root`; `undefined` where there is no body. */
export async function readDocument(call: S3Call, root: string, options?: BodyOptions): Promise<XmlElement | undefined> {
  const body = openBody(call, options);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body.bytes) {
    size += chunk.length;
    if (size > MAX_BYTES) throw malformedXml();
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  if (body.sha256 !== undefined && body.sha256 !== createHash('sha256').update(bytes).digest('hex')) throw contentMismatch();
  if (bytes.length === 0) return undefined;
  const document = readXml(bytes.toString('utf8'));
  if (document?.name !== root) throw malformedXml();
  return document;
}

export async function requireDocument(call: S3Call, root: string, options?: BodyOptions): Promise<XmlElement> {
  const document = await readDocument(call, root, options);
  if (!document) throw malformedXml();
  return document;
}
