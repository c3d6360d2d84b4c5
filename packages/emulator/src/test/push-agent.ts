import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { CreateRepositoryCommand, GetAuthorizationTokenCommand, type ECRClient } from '@aws-sdk/client-ecr';
import { packTar } from 'modern-tar';

export interface PushedImage {
  repositoryUri: string;
  /** What a runtime names: repository and digest. */
  containerUri: string;
  digest: string;
}

/** Makes an image of one layer out of some files, and pushes it as a container tool would. */
export async function pushAgent(
  ecr: ECRClient,
  {
    repository,
    files,
    architecture = 'arm64',
    entrypoint = ['node', '/app/index.mjs'],
  }: { repository: string; files: Record<string, string>; architecture?: string; entrypoint?: string[] },
): Promise<PushedImage> {
  const { repository: created } = await ecr.send(new CreateRepositoryCommand({ repositoryName: repository }));
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
  const { authorizationToken, proxyEndpoint } = authorizationData![0]!;
  const base = `${proxyEndpoint}/v2/${repository}`;
  const headers = { authorization: `Basic ${authorizationToken}` };

  const tar = await packTar(
    Object.entries(files).map(([name, body]) => ({ header: { name, size: Buffer.byteLength(body), mode: 0o644 }, body })),
  );
  const layer = gzipSync(tar);
  const config = Buffer.from(
    JSON.stringify({
      architecture,
      os: 'linux',
      config: { Entrypoint: entrypoint, WorkingDir: '/app', User: '1000' },
      rootfs: { type: 'layers', diff_ids: [digestOf(Buffer.from(tar))] },
    }),
  );
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: digestOf(config), size: config.length },
      layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: digestOf(layer), size: layer.length }],
    }),
  );
  for (const blob of [layer, config]) {
    const started = await expectOk(fetch(`${base}/blobs/uploads/`, { method: 'POST', headers }));
    const location = new URL(started.headers.get('location') ?? '', base);
    location.searchParams.set('digest', digestOf(blob));
    await expectOk(fetch(location, { method: 'PUT', headers: { ...headers, 'content-type': 'application/octet-stream' }, body: blob }));
  }
  await expectOk(
    fetch(`${base}/manifests/latest`, {
      method: 'PUT',
      headers: { ...headers, 'content-type': 'application/vnd.oci.image.manifest.v1+json' },
      body: manifest,
    }),
  );
  const repositoryUri = created!.repositoryUri!;
  return { repositoryUri, digest: digestOf(manifest), containerUri: `${repositoryUri}@${digestOf(manifest)}` };
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

async function expectOk(request: Promise<Response>): Promise<Response> {
  const response = await request;
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return response;
}
