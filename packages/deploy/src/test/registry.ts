import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { digestOf } from '../oci/digest.ts';

/** A registry in memory, for what no real one does on demand: faults, redirects, odd logins. */
export interface TestRegistry {
  url: string;
  blobs: Map<string, Uint8Array>;
  manifests: Map<string, { bytes: Uint8Array; mediaType: string }>;
  requests: { method: string; url: string; authorization: string | undefined; range: string | undefined }[];
  /** Called first on each request; answer and return true to take it over. */
  intercept: (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;
  /** Breaks the connection of one upload after so many bytes. */
  cutAfter: number;
  addBlob(bytes: Uint8Array | string): { digest: string; size: number };
  addManifest(repository: string, tag: string, document: object, mediaType?: string): string;
  close(): Promise<void>;
}

export async function startTestRegistry(): Promise<TestRegistry> {
  const uploads = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    void serve(request, response).catch(() => response.destroy());
  });

  const registry: TestRegistry = {
    url: '',
    blobs: new Map(),
    manifests: new Map(),
    requests: [],
    intercept: () => false,
    cutAfter: Infinity,
    addBlob(content) {
      const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
      const digest = digestOf(bytes);
      registry.blobs.set(digest, bytes);
      return { digest, size: bytes.length };
    },
    addManifest(repository, tag, document, mediaType = 'application/vnd.oci.image.manifest.v1+json') {
      const bytes = new TextEncoder().encode(JSON.stringify(document));
      const digest = digestOf(bytes);
      registry.manifests.set(`${repository}:${tag}`, { bytes, mediaType });
      registry.manifests.set(`${repository}:${digest}`, { bytes, mediaType });
      return digest;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', registry.url);
    const { method = 'GET' } = request;
    registry.requests.push({ method, url: request.url ?? '', authorization: request.headers.authorization, range: request.headers.range });
    if (await registry.intercept(request, response)) return;
    const [, repository = '', kind = '', rest = ''] = /^\/v2\/(.+)\/(manifests|blobs\/uploads|blobs)\/(.*)$/.exec(url.pathname) ?? [];

    if (kind === 'manifests') {
      if (method === 'PUT') {
        const bytes = await bodyOf(request);
        registry.manifests.set(`${repository}:${rest}`, { bytes, mediaType: request.headers['content-type'] ?? '' });
        return end(response, 201, { 'docker-content-digest': digestOf(bytes) });
      }
      const found = registry.manifests.get(`${repository}:${rest}`);
      if (!found) return end(response, 404);
      return end(
        response,
        200,
        { 'content-type': found.mediaType, 'docker-content-digest': digestOf(found.bytes) },
        method === 'HEAD' ? undefined : found.bytes,
      );
    }
    if (kind === 'blobs') {
      const bytes = registry.blobs.get(rest);
      if (!bytes) return end(response, 404);
      const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
      return end(response, start ? 206 : 200, {}, method === 'HEAD' ? undefined : bytes.subarray(start));
    }
    if (kind !== 'blobs/uploads') return end(response, 404);
    if (method === 'POST') {
      const mount = url.searchParams.get('mount');
      if (mount !== null && registry.blobs.has(mount)) return end(response, 201);
      const id = randomUUID();
      uploads.set(id, Buffer.alloc(0));
      return end(response, 202, { location: `/v2/${repository}/blobs/uploads/${id}?state=x` });
    }
    const held = uploads.get(rest) ?? Buffer.alloc(0);
    if (method === 'GET') return end(response, 204, { range: `0-${Math.max(0, held.length - 1)}` });
    if (method === 'DELETE') {
      uploads.delete(rest);
      return end(response, 204);
    }
    // As it arrives, so that a cut connection leaves what had come.
    for await (const chunk of request) {
      const total = Buffer.concat([uploads.get(rest) as Buffer, chunk as Buffer]);
      uploads.set(rest, total);
      if (total.length > registry.cutAfter) {
        registry.cutAfter = Infinity;
        request.socket.destroy();
        return;
      }
    }
    if (method === 'PATCH') return end(response, 202, { location: request.url ?? '' });
    const bytes = uploads.get(rest) as Buffer;
    const digest = url.searchParams.get('digest') ?? '';
    if (digestOf(bytes) !== digest) return end(response, 400, {}, Buffer.from('{"errors":[{"code":"DIGEST_INVALID","message":"no"}]}'));
    registry.blobs.set(digest, new Uint8Array(bytes));
    return end(response, 201);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  registry.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return registry;
}

export async function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return new Uint8Array(Buffer.concat(chunks));
}

export function end(response: ServerResponse, status: number, headers: Record<string, string> = {}, body?: Uint8Array): void {
  response.writeHead(status, headers);
  response.end(body);
}
