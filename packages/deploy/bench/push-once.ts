// Ours in the comparison: a bundle onto a base, into a repository. Arguments: registry, base repository, tag, target, bundle.
import { readFile } from 'node:fs/promises';
import { composeImage } from '../src/image/compose.ts';
import { createLayer } from '../src/image/layer.ts';
import { memoryBlob, remoteBlob } from '../src/oci/blob.ts';
import { createRegistryClient } from '../src/oci/client.ts';
import { planPush, pushImage } from '../src/oci/push.ts';
import { resolveImage } from '../src/oci/resolve.ts';

const [endpoint = '', base = '', tag = '', target = '', bundle = ''] = process.argv.slice(2);
const client = createRegistryClient({ endpoint });
const resolved = await resolveImage(client, base, tag, { os: 'linux', architecture: 'arm64' });
const image = composeImage(resolved, await createLayer([{ path: 'app/index.mjs', bytes: await readFile(bundle) }]));
const push = {
  manifest: image.manifest,
  // Without mounting, which would spare us all of the base: the comparison is about the same work.
  blobs: [
    ...image.baseLayers.map((layer) => remoteBlob(client, base, layer)),
    memoryBlob(image.layer.bytes, image.layer.digest),
    memoryBlob(image.config.bytes, image.config.digest),
  ],
};
await pushImage(client, target, push, await planPush(client, target, push));
