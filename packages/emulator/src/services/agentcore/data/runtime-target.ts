import type { Scope } from '../../../store/items.ts';
import { validation } from '../errors.ts';

/** A runtime and whose it is. It may be another account's: the policies decide about that, on both sides. */
export interface RuntimeTarget extends Scope {
  runtimeId: string;
}

/** The runtime that a caller names, by ARN or, with `accountId`, by id. */
export function parseRuntimeTarget({ region }: Scope, target: string, givenAccount?: string): RuntimeTarget {
  if (!target.startsWith('arn:')) {
    if (givenAccount === undefined)
      throw validation('agentRuntimeArn must be an ARN, or an id together with accountId.', 'agentRuntimeArn');
    return { accountId: givenAccount, region, runtimeId: target };
  }
  const match = /^arn:aws:bedrock-agentcore:([a-z0-9-]+):(\d{12}):runtime\/([^/:]+)$/.exec(target);
  if (!match)
    throw validation(
      `'${target.slice(0, 256)}' is not the ARN of an agent runtime. Expected arn:aws:bedrock-agentcore:REGION:ACCOUNT:runtime/ID.`,
      'agentRuntimeArn',
    );
  const [, arnRegion = '', accountId = '', runtimeId = ''] = match;
  if (arnRegion !== region)
    throw validation(`The agent runtime is in ${arnRegion}, but the request was sent to ${region}.`, 'agentRuntimeArn');
  return { accountId, region, runtimeId };
}
