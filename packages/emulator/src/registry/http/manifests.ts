import { AwsError } from '../../gateway/aws-error.ts';
import { readBody } from '../../gateway/read-body.ts';
import { deleteImage } from '../delete-image.ts';
import { imageNotFound, tagImmutable } from '../errors.ts';
import { imagesOf, readManifest, recordPull, requireImage } from '../image.ts';
import { MAX_MANIFEST_BYTES, OCI_INDEX } from '../manifest.ts';
import { PUBLIC } from '../names.ts';
import { isImmutable, putImage } from '../put-image.ts';
import { requireRepository } from '../repository.ts';
import type { Route } from './route.ts';
import type { Visit } from './visit.ts';

type Reference = Extract<Route, { type: 'manifest' }>['reference'];

/** GET and HEAD. The manifest is answered byte for byte as it was pushed, with the type that it was pushed with. */
export async function getManifest({ services, request, response, mayRead }: Visit, name: string, reference: Reference): Promise<void> {
  const { store, now } = services;
  const registry = await mayRead(name, 'ecr:BatchGetImage');
  requireRepository(store, registry, name);
  const image = requireImage(store, registry, name, reference);
  const body = Buffer.from(readManifest(store, registry, name, image.digest));
  if (request.method === 'GET' && registry !== PUBLIC) recordPull(store, registry, name, image, now());
  response.writeHead(200, {
    'content-type': image.mediaType,
    'content-length': body.length,
    'docker-content-digest': image.digest,
    etag: `"${image.digest}"`,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

export async function putManifest({ services, request, response, mayWrite }: Visit, name: string, reference: Reference): Promise<void> {
  const registry = mayWrite(name, 'ecr:PutImage');
  const repository = requireRepository(services.store, registry, name);
  const manifest = decode(await readBody(request, MAX_MANIFEST_BYTES));
  const mediaType = request.headers['content-type']?.split(';', 1)[0]?.trim();
  const [tag, digest] = 'imageTag' in reference ? [reference.imageTag, undefined] : [undefined, reference.imageDigest];
  const { image, created } = putImage(services, registry, name, { manifest, mediaType, tag, digest });
  // Reported: ECR refuses the same image as well (https://github.com/moby/buildkit/issues/2004).
  if (!created && tag !== undefined && isImmutable(repository, tag)) throw tagImmutable(name, tag);
  const subject = image.subject ? { 'oci-subject': image.subject } : {};
  response
    .writeHead(201, {
      location: `/v2/${name}/manifests/${image.digest}`,
      'docker-content-digest': image.digest,
      'content-length': 0,
      ...subject,
    })
    .end();
}

export function deleteManifest({ services, response, mayWrite }: Visit, name: string, reference: Reference): void {
  const registry = mayWrite(name, 'ecr:BatchDeleteImage');
  requireRepository(services.store, registry, name);
  const result = deleteImage(services.store, registry, name, reference);
  if ('failure' in result) {
    if (result.failure.failureCode === 'ImageNotFound') throw imageNotFound(registry, name, reference);
    throw new AwsError('DENIED', 403, result.failure.failureReason ?? 'The image cannot be deleted.');
  }
  response.writeHead(202, { 'content-length': 0 }).end();
}

/** The images that say in their manifest that they are about `digest`, as an index (OCI distribution spec 1.1, "Listing Referrers"). */
export async function getReferrers({ services, response, query, mayRead }: Visit, name: string, digest: string): Promise<void> {
  const registry = await mayRead(name, 'ecr:BatchGetImage');
  requireRepository(services.store, registry, name);
  const artifactType = query.get('artifactType');
  const manifests = [...imagesOf(services.store, registry, name)]
    .filter((image) => image.subject === digest)
    .map((image) => {
      const type = image.artifactType ?? image.artifactMediaType;
      return {
        mediaType: image.mediaType,
        digest: image.digest,
        size: image.manifestSize,
        ...(type ? { artifactType: type } : {}),
        ...(image.annotations ? { annotations: image.annotations } : {}),
      };
    })
    .filter((descriptor) => artifactType === null || descriptor.artifactType === artifactType);
  const body = JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests });
  response.writeHead(200, {
    'content-type': OCI_INDEX,
    'content-length': Buffer.byteLength(body),
    ...(artifactType === null ? {} : { 'oci-filters-applied': 'artifactType' }),
  });
  response.end(body);
}

/** Strict, and keeping a byte order mark: the text must give the same bytes, and so the same digest, again. */
function decode(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch (cause) {
    throw new AwsError('MANIFEST_INVALID', 400, 'The manifest is not UTF-8.', { cause });
  }
}
