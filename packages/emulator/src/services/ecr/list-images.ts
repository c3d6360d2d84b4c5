import type { ImageIdentifier, ListImagesCommandInput, ListImagesCommandOutput, ListImagesFilter } from '@aws-sdk/client-ecr';
import { defineOperation } from '../../gateway/operation.ts';
import { imagesOf } from '../../registry/image.ts';
import { requireRepository } from '../../registry/repository.ts';
import type { Scope } from '../../store/items.ts';
import type { Store } from '../../store/open-store.ts';
import { onRepository, registryOf } from './context.ts';
import { hasStatus } from './image-filter.ts';
import { readToken, takePage } from './pagination.ts';

const TOKEN = 'ecr-list-images';

export const listImages = defineOperation<ListImagesCommandInput, ListImagesCommandOutput>({
  authorize: onRepository,
  handle(input, context) {
    const { store } = context.emulator;
    const registry = registryOf(input, context);
    const { name } = requireRepository(store, registry, input.repositoryName!);
    const after = readToken(TOKEN, input.nextToken);
    const page = takePage(TOKEN, identifiers(store, registry, name, { filter: input.filter, after }), input.maxResults ?? 100, keyOf);
    return { imageIds: page.items, nextToken: page.nextToken };
  },
});

/** An entry for each tag, and one for each image without any; in the order of digest and tag, from behind `after`. */
function* identifiers(
  store: Store,
  registry: Scope,
  name: string,
  { filter, after = '' }: { filter: ListImagesFilter | undefined; after: string | undefined },
): Generator<ImageIdentifier> {
  const from = after.split(' ', 1)[0];
  for (const image of imagesOf(store, registry, name, from === '' ? undefined : from)) {
    if (!hasStatus(image, filter)) continue;
    const { digest: imageDigest, tags } = image;
    const ids = tags.length === 0 ? [{ imageDigest }] : tags.map((imageTag) => ({ imageDigest, imageTag }));
    yield* ids.filter((id) => keyOf(id) > after);
  }
}

function keyOf({ imageDigest, imageTag = '' }: ImageIdentifier): string {
  return `${imageDigest} ${imageTag}`;
}
