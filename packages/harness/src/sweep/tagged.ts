import { RUN_TAG } from '../run-state.ts';

/** Something in an account that bears the tag of a run. */
export interface Tagged {
  kind:
    | 'runtime'
    | 'role'
    | 'repository'
    | 'API-key provider'
    | 'OAuth2 provider'
    | 'workload identity'
    | 'secret'
    | 'log group'
    | 'bucket';
  /** Name or ARN, as one finds it in the console. */
  id: string;
  /** The value of the tag. */
  run: string;
  /** When it was made or last changed, where AWS says so. */
  at: Date | undefined;
  /** Deletes it, with what hangs on it, and returns when it is gone. */
  remove(): Promise<unknown>;
}

/** The run that a resource's tags name. Whatever has no such tag is nobody's business here. */
export function runOf(
  tags: Readonly<Record<string, string>> | readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined,
): string | undefined {
  const value = Array.isArray(tags)
    ? tags.find(({ Key }) => Key === RUN_TAG)?.Value
    : (tags as Record<string, string> | undefined)?.[RUN_TAG];
  return value === '' ? undefined : value;
}

/** Resources disappear while one looks: what is gone has no tags. */
export async function unlessGone<T>(ask: Promise<T>): Promise<T | undefined> {
  try {
    return await ask;
  } catch (error) {
    if (/^(?:ResourceNotFound|NoSuch|RepositoryNotFound|NotFound)/.test((error as Error).name)) return undefined;
    throw error;
  }
}

/** The later of two dates, where they are known. */
export function latest(...dates: readonly (Date | undefined)[]): Date | undefined {
  return dates.reduce((a, b) => (a === undefined || (b !== undefined && b > a) ? b : a), undefined);
}
