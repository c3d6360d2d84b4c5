import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { AwsError } from '../../gateway/aws-error.ts';
import type { Scope } from '../../store/items.ts';
import { openDownloadLink } from '../download-link.ts';
import { imagesOf } from '../image.ts';
import { findLayer, isBlobReferenced, releaseBlob } from '../layer.ts';
import { requireRepository } from '../repository.ts';
import { readRange } from './range.ts';
import type { Visit } from './visit.ts';

export async function headBlob(visit: Visit, name: string, digest: string): Promise<void> {
  const registry = await visit.mayRead(name, 'ecr:BatchCheckLayerAvailability');
  const size = blobSize(visit, registry, name, digest);
  visit.response.writeHead(200, { ...headers(digest), 'content-length': size }).end();
}

export async function getBlob(visit: Visit, name: string, digest: string): Promise<void> {
  await sendBlob(visit, await visit.mayRead(name, 'ecr:GetDownloadUrlForLayer'), name, digest);
}

/** Serves an URL of GetDownloadUrlForLayer: the link itself is the permission. */
export async function download(visit: Visit, token: string): Promise<void> {
  const link = openDownloadLink(visit.services, token);
  if (!link) throw new AwsError('DENIED', 403, 'This link has expired, or was not made here. Ask ecr:GetDownloadUrlForLayer for another.');
  await sendBlob(visit, link.registry, link.name, link.digest);
}

/** A blob that an image of the repository needs stays. */
export function deleteBlob(visit: Visit, name: string, digest: string): void {
  const { store, blobs } = visit.services;
  const registry = visit.mayWrite(name, 'ecr:BatchDeleteImage');
  blobSize(visit, registry, name, digest);
  for (const image of imagesOf(store, registry, name)) {
    if (image.blobs.includes(digest))
      throw new AwsError('DENIED', 403, `The blob ${digest} is part of the image ${image.digest}: delete that first.`);
  }
  releaseBlob(store, registry, name, digest);
  blobs.collect(digest, () => isBlobReferenced(store, digest));
  visit.response.writeHead(202, { 'content-length': 0 }).end();
}

async function sendBlob(visit: Visit, registry: Scope, name: string, digest: string): Promise<void> {
  const { request, response, services } = visit;
  const size = blobSize(visit, registry, name, digest);
  const range = readRange(request.headers.range, size);
  if (range === 'unsatisfiable') {
    response.setHeader('content-range', `bytes */${size}`);
    throw new AwsError('RANGE_INVALID', 416, `The range is outside the blob, which has ${size} bytes.`);
  }
  // Opened before the answer begins: the repository may be deleted from now on, and the bytes still come.
  const file = await open(services.blobs.path(digest)).catch((cause: NodeJS.ErrnoException) => {
    throw cause.code === 'ENOENT' ? blobUnknown(name, digest) : cause;
  });
  try {
    const extent = range
      ? { 'content-length': range.end - range.start + 1, 'content-range': `bytes ${range.start}-${range.end}/${size}` }
      : { 'content-length': size };
    response.writeHead(range ? 206 : 200, { ...headers(digest), ...extent });
    if (size === 0) response.end();
    else await pipeline(file.createReadStream({ highWaterMark: 256 * 1024, autoClose: false, ...range }), response);
  } finally {
    // Not left to the stream: one that never began to read, because nobody is there any more, would not close it.
    await file.close();
  }
}

function blobSize({ services }: Visit, registry: Scope, name: string, digest: string): number {
  requireRepository(services.store, registry, name);
  const layer = findLayer(services.store, registry, name, digest);
  if (!layer) throw blobUnknown(name, digest);
  return layer.size;
}

function blobUnknown(name: string, digest: string): AwsError {
  return new AwsError('BLOB_UNKNOWN', 404, `The repository ${name} has no blob ${digest}.`);
}

function headers(digest: string) {
  return { 'content-type': 'application/octet-stream', 'docker-content-digest': digest, etag: `"${digest}"`, 'accept-ranges': 'bytes' };
}
