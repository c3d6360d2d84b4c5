import { AwsError } from '../../gateway/aws-error.ts';
import type { Scope } from '../../store/items.ts';
import { findRepository, requireRepository } from '../repository.ts';
import { appendToUpload, cancelUpload, completeUpload, mountBlob, requireUpload, startUpload } from '../upload.ts';
import { readChunkRange } from './range.ts';
import { checkDigest, checkName } from './route.ts';
import type { Visit } from './visit.ts';

/** POST: mounts a blob, takes a whole one at once (`?digest=`), or begins an upload. */
export async function postUpload(visit: Visit, name: string): Promise<void> {
  const { services, request, query } = visit;
  const mount = query.get('mount');
  const from = query.get('from');
  const registry = visit.mayWrite(name, 'ecr:InitiateLayerUpload');
  requireRepository(services.store, registry, name);
  if (mount !== null && from !== null && (await tryMount(visit, registry, name, { digest: checkDigest(mount), from: checkName(from) }))) {
    return sendCreated(visit, name, mount);
  }
  const digest = mount === null ? query.get('digest') : null;
  if (digest === null) return sendProgress(visit, 202, name, await startUpload(services, registry, name), 0);

  checkDigest(digest);
  visit.mayWrite(name, 'ecr:UploadLayerPart', 'ecr:CompleteLayerUpload');
  const id = await startUpload(services, registry, name);
  await appendToUpload(services, registry, name, id, request);
  await completeUpload(services, registry, name, id, digest);
  sendCreated(visit, name, digest);
}

/** GET: how far the upload is, so that it can go on from there. */
export async function getUpload(visit: Visit, name: string, id: string): Promise<void> {
  const registry = visit.mayWrite(name, 'ecr:UploadLayerPart');
  const { size } = await requireUpload(visit.services, registry, name, id);
  sendProgress(visit, 204, name, id, size);
}

/** PATCH: the next bytes, as one stream or as a chunk with its `Content-Range`. ECR answers 201, where the specification has 202. */
export async function patchUpload(visit: Visit, name: string, id: string): Promise<void> {
  const registry = visit.mayWrite(name, 'ecr:UploadLayerPart');
  sendProgress(visit, 201, name, id, await takeBody(visit, registry, name, id));
}

/** PUT: the last bytes, if any, and the digest of it all. */
export async function putUpload(visit: Visit, name: string, id: string): Promise<void> {
  const digest = checkDigest(visit.query.get('digest') ?? '');
  const registry = visit.mayWrite(name, 'ecr:CompleteLayerUpload');
  if (hasBody(visit)) {
    visit.mayWrite(name, 'ecr:UploadLayerPart');
    await takeBody(visit, registry, name, id);
  }
  await completeUpload(visit.services, registry, name, id, digest);
  sendCreated(visit, name, digest);
}

export async function deleteUpload(visit: Visit, name: string, id: string): Promise<void> {
  const registry = visit.mayWrite(name, 'ecr:UploadLayerPart');
  await requireUpload(visit.services, registry, name, id);
  await cancelUpload(visit.services, registry, name, id);
  visit.response.writeHead(204).end();
}

/** A blob that cannot be mounted is not an error: the client then uploads it. */
async function tryMount(visit: Visit, registry: Scope, name: string, { digest, from }: { digest: string; from: string }): Promise<boolean> {
  try {
    const source = await visit.mayRead(from, 'ecr:GetDownloadUrlForLayer');
    return (
      findRepository(visit.services.store, source, from) !== undefined &&
      mountBlob(visit.services, { ...source, name: from }, { ...registry, name }, digest)
    );
  } catch (error) {
    if (error instanceof AwsError && error.code === 'AccessDenied') return false;
    throw error;
  }
}

async function takeBody({ services, request, response }: Visit, registry: Scope, name: string, id: string): Promise<number> {
  const range = readChunkRange(request.headers['content-range']);
  if (range === 'invalid')
    throw new AwsError('BLOB_UPLOAD_INVALID', 416, 'Content-Range is not understood: expected START-END, both included.');
  const length = request.headers['content-length'];
  if (range && length !== undefined && Number(length) !== range.end - range.start + 1) {
    throw new AwsError(
      'SIZE_INVALID',
      400,
      `Content-Range names ${range.end - range.start + 1} bytes, Content-Length ${length.slice(0, 20)}.`,
    );
  }
  try {
    const total = await appendToUpload(services, registry, name, id, request, range?.start);
    if (range && total !== range.end + 1)
      throw new AwsError('SIZE_INVALID', 400, `The chunk was to end at byte ${range.end}; the upload now has ${total} bytes.`);
    return total;
  } catch (error) {
    // The client learns where to go on.
    const last = error instanceof AwsError ? error.details['lastValidByteReceived'] : undefined;
    if (typeof last === 'number') setProgress(response, name, id, last + 1);
    throw error;
  }
}

function hasBody({ request }: Visit): boolean {
  return request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
}

function sendProgress({ response }: Visit, status: number, name: string, id: string, size: number): void {
  setProgress(response, name, id, size);
  // A 204 has no body, hence no length.
  response.writeHead(status, status === 204 ? {} : { 'content-length': 0 }).end();
}

function setProgress(response: Visit['response'], name: string, id: string, size: number): void {
  response.setHeader('location', `/v2/${name}/blobs/uploads/${id}`);
  response.setHeader('range', `0-${Math.max(0, size - 1)}`);
  response.setHeader('docker-upload-uuid', id);
}

function sendCreated({ response }: Visit, name: string, digest: string): void {
  response.writeHead(201, { location: `/v2/${name}/blobs/${digest}`, 'docker-content-digest': digest, 'content-length': 0 }).end();
}
