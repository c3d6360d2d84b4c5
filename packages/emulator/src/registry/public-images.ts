import { createHash } from 'node:crypto';
import { packTar, type TarEntry } from 'modern-tar';
import { holdBlob } from './layer.ts';
import { OCI_CONFIG, OCI_INDEX, OCI_MANIFEST, type Descriptor } from './manifest.ts';
import { PUBLIC, type RegistryServices } from './names.ts';
import { putImage } from './put-image.ts';
import { findRepository, saveRepository } from './repository.ts';

const NAME = 'docker/library/node';
/** Raise it when what is below changes: states that were made by an older emulator then get the new images. */
const SEED = '1';
/** Fixed, so that the same image has the same digest everywhere and always. */
const CREATED = '2025-01-01T00:00:00Z';
const LAYER_TYPE = 'application/vnd.oci.image.layer.v1.tar';
const MAJORS = [
  { major: 22, version: '22.21.1' },
  { major: 24, version: '24.11.1' },
];
const FILES: Record<string, string> = {
  'etc/os-release': 'PRETTY_NAME="AgentCore local base"\nNAME="AgentCore local base"\nID=agentcore-local\n',
  'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n',
  'etc/group': 'root:x:0:\nnode:x:1000:\n',
  'usr/local/bin/README':
    'This base image holds no Node.js: it stands in for public.ecr.aws/docker/library/node on a machine without internet.\n' +
    'The emulator runs an agent on the Node.js of its host, and takes only the agent\u2019s own files from the image.\n',
};

/**
 * Puts the base images into the public gallery, the first time that somebody asks for it:
 * `docker/library/node`, an index for linux/amd64 and linux/arm64. Safe to call at once from many requests.
 */
export async function ensurePublicImages(services: RegistryServices): Promise<void> {
  const { store, now } = services;
  if (findRepository(store, PUBLIC, NAME)?.tags.some(({ Key: key, Value: value }) => key === 'seed' && value === SEED)) return;
  const layer = await packTar(entries());
  await putBlob(services, layer);
  const configs = await Promise.all(
    MAJORS.flatMap(({ version }) => ['arm64', 'amd64'].map((architecture) => prepare(services, version, architecture, layer))),
  );
  store.transaction(() => {
    saveRepository(store, PUBLIC, {
      name: NAME,
      createdAt: now().toISOString(),
      imageTagMutability: 'MUTABLE',
      scanOnPush: false,
      encryptionType: 'AES256',
      tags: [{ Key: 'seed', Value: SEED }],
    });
    for (const { major, version } of MAJORS) {
      const manifests = configs
        .filter((config) => config.version === version)
        .map(({ architecture, manifest }) => {
          const { image } = putImage(services, PUBLIC, NAME, { manifest });
          return {
            mediaType: OCI_MANIFEST,
            digest: image.digest,
            size: image.manifestSize,
            platform: { architecture, os: 'linux', ...(architecture === 'arm64' ? { variant: 'v8' } : {}) },
          };
        });
      const manifest = JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests });
      for (const tag of [`${major}`, `${major}-slim`, `${major}-bookworm-slim`, version, `${version}-slim`])
        putImage(services, PUBLIC, NAME, { manifest, tag });
    }
  });
}

async function prepare(services: RegistryServices, version: string, architecture: string, layer: Uint8Array) {
  const config = await putBlob(services, Buffer.from(JSON.stringify(configOf(version, architecture, digestOf(layer)))));
  const layers: Descriptor[] = [{ mediaType: LAYER_TYPE, digest: digestOf(layer), size: layer.length }];
  const manifest = JSON.stringify({ schemaVersion: 2, mediaType: OCI_MANIFEST, config: { mediaType: OCI_CONFIG, ...config }, layers });
  return { version, architecture, manifest };
}

function configOf(version: string, architecture: string, diffId: string): object {
  return {
    created: CREATED,
    architecture,
    ...(architecture === 'arm64' ? { variant: 'v8' } : {}),
    os: 'linux',
    config: {
      Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', `NODE_VERSION=${version}`],
      Entrypoint: ['docker-entrypoint.sh'],
      Cmd: ['node'],
      Labels: { 'org.opencontainers.image.description': 'Stand-in without Node.js, for the emulator only' },
    },
    rootfs: { type: 'layers', diff_ids: [diffId] },
    history: [{ created: CREATED, created_by: 'agentcore-local', comment: 'a base image without Node.js' }],
  };
}

async function putBlob({ store, blobs, now }: RegistryServices, bytes: Uint8Array): Promise<{ digest: string; size: number }> {
  return blobs.write(Buffer.from(bytes), {
    commit: ({ digest, size }) => holdBlob(store, PUBLIC, NAME, digest, { size, pushedAt: now().toISOString() }),
  });
}

/** Uncompressed: what gzip makes of it differs between versions of zlib, and with it the digest would. */
function entries(): TarEntry[] {
  const mtime = new Date(0);
  const directories = ['etc/', 'home/', 'home/node/', 'usr/', 'usr/local/', 'usr/local/bin/', 'tmp/'];
  return [
    ...directories.map((name): TarEntry => ({
      header: { name, type: 'directory', size: 0, mode: name === 'tmp/' ? 0o1777 : 0o755, mtime, ...owner(name) },
    })),
    ...Object.entries(FILES).map(([name, body]): TarEntry => ({
      header: { name, type: 'file', size: Buffer.byteLength(body), mode: 0o644, mtime, ...owner(name) },
      body,
    })),
  ];
}

function owner(name: string): { uid: number; gid: number } {
  return name === 'home/node/' ? { uid: 1000, gid: 1000 } : { uid: 0, gid: 0 };
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
