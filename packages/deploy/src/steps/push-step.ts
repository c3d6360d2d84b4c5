import type { Run } from '../agent/run.ts';
import { isAwsError } from '../aws/aws-error.ts';
import { memoryBlob, remoteBlob } from '../oci/blob.ts';
import type { PushImage } from '../oci/push.ts';
import { planPush, pushImage } from '../oci/push.ts';
import { kilobytes } from './bundle-step.ts';
import { ecrAuthorization } from './ecr-authorization.ts';
import type { ImageStep } from './image-step.ts';
import type { RepositoryStep } from './repository-step.ts';
import type { Step } from './step.ts';
import { memo } from './step.ts';

export interface PushStep extends Step {
  /** `repositoryUri@sha256:...`: what the runtime is told. A digest cannot be moved to other bytes, a tag can. */
  imageUri(): Promise<string>;
}

/** Whether the repository has an image, by digest. A repository that is gone has none. */
export async function hasImage({ clients, repositoryName, call }: Run, imageDigest: string): Promise<boolean> {
  const ecr = await clients.ecr();
  try {
    const { images = [] } = await ecr.batchGetImage({ repositoryName, imageIds: [{ imageDigest }] }, call);
    return images.length > 0;
  } catch (error) {
    if (isAwsError(error, 'RepositoryNotFoundException')) return false;
    throw error;
  }
}

/** Sends to the repository what it lacks of the image. */
export function pushStep(run: Run, image: ImageStep, repository: RepositoryStep): PushStep {
  const registry = memo(() => ecrAuthorization(run));

  const prepared = memo(async (): Promise<PushImage> => {
    const [built, target] = await Promise.all([image.image(), registry()]);
    const sameRegistry = built.base.client.origin === target.origin;
    return {
      manifest: built.manifest,
      blobs: [
        ...built.baseLayers.map((descriptor) => ({
          ...remoteBlob(built.base.client, built.base.repository, descriptor),
          ...(sameRegistry ? { mountFrom: built.base.repository } : {}),
        })),
        memoryBlob(built.layer.bytes, built.layer.digest),
        memoryBlob(built.config.bytes, built.config.digest),
      ],
    };
  });

  const planned = memo(async () => {
    const [prepare, found] = await Promise.all([prepared(), repository.existing()]);
    // A repository that is not there yet has nothing, and asking it is an error.
    if (found === undefined)
      return {
        complete: false,
        missing: prepare.blobs,
        bytes: prepare.blobs.reduce((sum, { size }) => sum + size, prepare.manifest.bytes.length),
      };
    return planPush(await registry(), run.repositoryName, prepare);
  });

  return {
    name: 'push',
    needs: ['repository', 'image'],
    async imageUri() {
      return `${await repository.uri()}@${(await prepared()).manifest.digest}`;
    },
    async plan() {
      const [{ complete, bytes, missing }, prepare] = await Promise.all([planned(), prepared()]);
      const resource = `${await repository.uri()}@${prepare.manifest.digest}`;
      if (complete) return { step: 'push', action: 'none', resource, detail: 'the repository has this image', bytes: 0 };
      return { step: 'push', action: 'create', resource, detail: `${missing.length} of ${prepare.blobs.length} blobs are missing`, bytes };
    },
    async apply() {
      const [target, plan, prepare] = await Promise.all([registry(), planned(), prepared()]);
      run.doing = 'uploading the image';
      // A repository that is new goes as a whole.
      if (await repository.existing()) {
        const { digest } = prepare.manifest;
        run.undo.push({
          resource: digest,
          step: 'push',
          back: async (again) =>
            void (await (
              await again.clients.ecr()
            ).batchDeleteImage({ repositoryName: again.repositoryName, imageIds: [{ imageDigest: digest }] }, again.call)),
        });
      }
      const result = await pushImage(target, run.repositoryName, prepare, plan, (blob, how) => {
        run.emit({
          type: 'progress',
          step: 'push',
          resource: blob.digest,
          detail: `${how} ${kilobytes(blob.size)}`,
          bytes: how === 'uploaded' ? blob.size : 0,
        });
      });
      const { uploaded, mounted, uploadedBytes } = result;
      const detail = `${uploaded} blobs uploaded, ${mounted} mounted, ${kilobytes(uploadedBytes)} in all`;
      run.emit({ type: 'progress', step: 'push', resource: prepare.manifest.digest, detail });
      return undefined;
    },
  };
}
