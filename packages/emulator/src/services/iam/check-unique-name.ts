import { AwsError } from '../../gateway/aws-error.ts';
import type { Store } from '../../store/open-store.ts';
import { iamScope } from './iam-scope.ts';

/** Throws EntityAlreadyExists where a name is taken: names of one kind differ in more than case. */
export function checkUniqueName(store: Store, accountId: string, kind: string, name: string, message: string): void {
  const isTaken = store.items.list(kind, iamScope(accountId)).some(({ id }) => id.toLowerCase() === name.toLowerCase());
  if (isTaken) throw new AwsError('EntityAlreadyExists', 409, message);
}
