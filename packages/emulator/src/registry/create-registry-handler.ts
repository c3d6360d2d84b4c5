import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Authorizer } from '../authorization/create-authorizer.ts';
import { AwsError } from '../gateway/aws-error.ts';
import { deleteBlob, download, getBlob, headBlob } from './http/blobs.ts';
import { getCatalog, getTags } from './http/lists.ts';
import { deleteManifest, getManifest, getReferrers, putManifest } from './http/manifests.ts';
import { writeOciError } from './http/oci-error.ts';
import { parseRoute } from './http/route.ts';
import { deleteUpload, getUpload, patchUpload, postUpload, putUpload } from './http/uploads.ts';
import { createVisit, type Visit } from './http/visit.ts';
import type { RegistryServices } from './names.ts';

export interface RegistryOptions {
  emulator: RegistryServices;
  authorizer: Authorizer;
}

type Answer = void | Promise<void>;

/**
 * Serves the OCI distribution API (https://github.com/opencontainers/distribution-spec, 1.1) below `/v2/`, over the repositories of ECR.
 * Names belong to the registry of the account and region that the password was issued for. A fault of ours is answered with 500 and thrown on.
 */
export function createRegistryHandler({
  emulator,
  authorizer,
}: RegistryOptions): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    response.setHeader('docker-distribution-api-version', 'registry/2.0');
    try {
      await answer(createVisit(emulator, authorizer, request, response));
    } catch (failure) {
      await fail(failure, response);
    }
  };
}

function answer(visit: Visit): Answer {
  const { method = 'GET', url = '/' } = visit.request;
  const route = parseRoute(url.split('?', 1)[0]!);
  const methods = methodsOf(visit, route);
  const handle = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (!handle) {
    visit.response.setHeader('allow', Object.keys(methods).join(', '));
    throw new AwsError('UNSUPPORTED', 405, `${method} is not supported here: expected ${Object.keys(methods).join(', ')}.`);
  }
  return handle();
}

function methodsOf(visit: Visit, route: ReturnType<typeof parseRoute>): Record<string, () => Answer> {
  switch (route.type) {
    case 'base':
      return { GET: () => getBase(visit), HEAD: () => getBase(visit) };
    case 'catalog':
      return { GET: () => getCatalog(visit) };
    case 'download':
      return { GET: () => download(visit, route.token) };
    case 'tags':
      return { GET: () => getTags(visit, route.name) };
    case 'referrers':
      return { GET: () => getReferrers(visit, route.name, route.digest) };
    case 'uploads':
      return { POST: () => postUpload(visit, route.name) };
    case 'upload':
      return {
        GET: () => getUpload(visit, route.name, route.id),
        PATCH: () => patchUpload(visit, route.name, route.id),
        PUT: () => putUpload(visit, route.name, route.id),
        DELETE: () => deleteUpload(visit, route.name, route.id),
      };
    case 'blob':
      return {
        GET: () => getBlob(visit, route.name, route.digest),
        HEAD: () => headBlob(visit, route.name, route.digest),
        DELETE: () => deleteBlob(visit, route.name, route.digest),
      };
    case 'manifest':
      return {
        GET: () => getManifest(visit, route.name, route.reference),
        HEAD: () => getManifest(visit, route.name, route.reference),
        PUT: () => putManifest(visit, route.name, route.reference),
        DELETE: () => deleteManifest(visit, route.name, route.reference),
      };
  }
}

/** Where tools learn that this is a registry, and how to log in. */
function getBase(visit: Visit): void {
  visit.login();
  visit.response.writeHead(200, { 'content-type': 'application/json', 'content-length': 2 });
  visit.response.end(visit.request.method === 'HEAD' ? undefined : '{}');
}

/** What Node says when the other side is gone: while it sends, while it reads, or before we began to answer. */
const HANG_UPS = new Set(['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_UNABLE_TO_PIPE', 'ABORT_ERR']);

async function fail(error: unknown, response: ServerResponse): Promise<void> {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== undefined && HANG_UPS.has(code)) return void response.destroy();
  if (response.headersSent) {
    response.destroy();
    throw error;
  }
  if (error instanceof AwsError) return writeOciError(error, response);
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  const fault = isFull
    ? new AwsError('TOOMANYREQUESTS', 507, 'There is no space left on the disk that holds the emulator\u2019s data.')
    : new AwsError(
        'UNKNOWN',
        500,
        'The emulator failed while it served this request: this is a bug of the emulator. Its log has the details.',
      );
  writeOciError(fault, response);
  if (isFull) return;
  // Whoever is told of the fault may close the connection: the answer goes out first.
  await once(response, 'close');
  throw error;
}
