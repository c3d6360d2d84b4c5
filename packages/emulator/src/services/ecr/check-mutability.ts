import { invalidParameter } from '../../registry/errors.ts';

/** Filters say which tags are excluded, so they come with the modes that exclude some, and only with these. */
export function checkMutability(mutability: string, filters: readonly unknown[] | undefined): void {
  if (mutability.endsWith('_WITH_EXCLUSION') === (filters !== undefined)) return;
  throw invalidParameter(
    'imageTagMutabilityExclusionFilters',
    `must be ${filters === undefined ? 'given' : 'null'} when imageTagMutability is ${mutability}`,
  );
}
