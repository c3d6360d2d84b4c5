import { AwsError } from '../../gateway/aws-error.ts';

/** Throws DeleteConflict for the first thing that still hangs on an entity: `must delete policies first`. */
export function refuseInUse(inUse: Readonly<Record<string, boolean>>): void {
  for (const [remedy, isThere] of Object.entries(inUse))
    if (isThere) throw new AwsError('DeleteConflict', 409, `Cannot delete entity, must ${remedy} first.`);
}
