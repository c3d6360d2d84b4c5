import type { Scope } from '../../../store/items.ts';
import { accessDenied, validation } from '../errors.ts';

/** The runtime that a caller names, by ARN or, with `accountId`, by id. Only runtimes of the caller's own account and region are here. */
export function parseRuntimeTarget({ accountId, region }: Scope, target: string, givenAccount?: string): string {
  if (!target.startsWith('arn:')) {
    if (givenAccount === undefined)
      throw validation('agentRuntimeArn must be an ARN, or an id together with accountId.', 'agentRuntimeArn');
    if (givenAccount !== accountId)
      throw accessDenied(`The agent runtime '${target}' of account ${givenAccount} does not allow account ${accountId} to invoke it.`);
    return target;
  }
  const match = /^arn:aws:bedrock-agentcore:([a-z0-9-]+):(\d{12}):runtime\/([^/:]+)$/.exec(target);
  if (!match)
    throw validation(
      `'${target.slice(0, 256)}' is not the ARN of an agent runtime. Expected arn:aws:bedrock-agentcore:REGION:ACCOUNT:runtime/ID.`,
      'agentRuntimeArn',
    );
  const [, arnRegion, arnAccount, runtimeId] = match;
  if (arnAccount !== accountId) throw accessDenied(`The agent runtime '${target}' does not allow account ${accountId} to invoke it.`);
  if (arnRegion !== region)
    throw validation(`The agent runtime is in ${arnRegion}, but the request was sent to ${region}.`, 'agentRuntimeArn');
  return runtimeId!;
}
