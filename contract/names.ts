import type { ContractTarget } from './target.ts';

/** `ct-<run>-key`: for nearly everything. */
export const nameOf = ({ runId }: Pick<ContractTarget, 'runId'>, what: string) => `ct-${runId}-${what}`;

/** `ct_<run>_agent`: the name of a runtime may not hold a hyphen. */
export const runtimeNameOf = ({ runId }: Pick<ContractTarget, 'runId'>, what: string) => `ct_${runId}_${what}`;

export function isOfRun({ runId }: Pick<ContractTarget, 'runId'>, name: string | undefined): boolean {
  return name !== undefined && (name.startsWith(`ct-${runId}-`) || name.startsWith(`ct_${runId}_`));
}
