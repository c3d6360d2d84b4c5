import { digestOf } from '../oci/digest.ts';
import type { FetchedManifest } from '../oci/manifest.ts';
import type { ResolvedImage } from '../oci/resolve.ts';
import type { Descriptor, ImageConfig, Manifest } from '../oci/types.ts';
import { mediaTypes } from '../oci/types.ts';
import type { Layer } from './layer.ts';
import { agentUser } from './layer.ts';

export interface ComposedImage {
  manifest: FetchedManifest;
  config: { bytes: Uint8Array; digest: string };
  layer: Layer;
  /** The base's layers, which are pushed as they are. */
  baseLayers: Descriptor[];
}

/** Port and paths that the contract of AgentCore Runtime fixes: linux/arm64, 0.0.0.0:8080. */
const contract = {
  User: String(agentUser),
  ExposedPorts: { '8080/tcp': {} },
  Entrypoint: ['node'],
  Cmd: ['/app/index.mjs'],
  WorkingDir: '/app',
};
const contractEnv = { DOCKER_CONTAINER: '1', NODE_ENV: 'production' };

/**
 * Puts one layer on a base. Nothing in the result depends on when or where it was made: `created` is the base's, because
 * an image that says when it was built is a new image each time.
 */
export function composeImage(base: ResolvedImage, layer: Layer): ComposedImage {
  const docker = base.mediaType === mediaTypes.dockerManifest;
  const config: ImageConfig = {
    ...base.config,
    config: { ...base.config.config, ...contract, Env: mergeEnv(base.config.config?.Env ?? [], contractEnv) },
    rootfs: { type: 'layers', diff_ids: [...base.config.rootfs.diff_ids, layer.diffId] },
    // A history that covers only our layer would contradict the list of layers.
    ...(base.config.history
      ? {
          history: [
            ...base.config.history,
            {
              ...(base.config.created ? { created: base.config.created } : {}),
              created_by: 'agentcore-deploy',
              comment: 'the bundled agent',
            },
          ],
        }
      : {}),
  };
  const configBytes = encode(config);
  const manifest: Manifest = {
    schemaVersion: 2,
    mediaType: docker ? mediaTypes.dockerManifest : mediaTypes.ociManifest,
    config: { mediaType: docker ? mediaTypes.dockerConfig : mediaTypes.ociConfig, digest: digestOf(configBytes), size: configBytes.length },
    layers: [
      ...base.manifest.layers,
      { mediaType: docker ? mediaTypes.dockerLayer : mediaTypes.ociLayer, digest: layer.digest, size: layer.bytes.length },
    ],
    // Docker's manifest has no annotations.
    ...(docker
      ? {}
      : { annotations: { 'org.opencontainers.image.base.digest': base.digest, 'org.opencontainers.image.base.name': base.repository } }),
  };
  const bytes = encode(manifest);
  return {
    manifest: { bytes, digest: digestOf(bytes), mediaType: manifest.mediaType as string },
    config: { bytes: configBytes, digest: manifest.config.digest },
    layer,
    baseLayers: base.manifest.layers,
  };
}

function mergeEnv(existing: string[], added: Record<string, string>): string[] {
  const kept = existing.filter((line) => !(line.slice(0, line.indexOf('=')) in added));
  return [...kept, ...Object.entries(added).map(([name, value]) => `${name}=${value}`)];
}

function encode(value: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
