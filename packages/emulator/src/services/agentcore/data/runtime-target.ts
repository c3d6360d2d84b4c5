import type { Scope } from '../../../store/items.ts';
import type { AwsError } from '../../../gateway/aws-error.ts';
import { notFound, validation } from '../errors.ts';

/** A runtime and whose it is. It may be another account's: the policies decide about that, on both sides. */
export interface RuntimeTarget extends Scope {
  runtimeId: string;
}

/** The runtime that a caller names, by ARN or, with `accountId`, by id. */
export function parseRuntimeTarget(
  { region }: Scope,
  target: string,
  { qualifier, accountId: givenAccount }: { qualifier: string; accountId?: string | undefined },
): RuntimeTarget {
  if (!target.startsWith('arn:')) {
    if (givenAccount === undefined)
      throw validation('agentRuntimeArn must be an ARN, or an id together with accountId.', 'agentRuntimeArn');
    return { accountId: givenAccount, region, runtimeId: target };
  }
  const parsed = parseRuntimeArn(target);
  if (parsed.region !== region) throw noEndpoint(qualifier, target);
  return parsed;
}

/** Whose runtime an ARN names. Throws ValidationException for what is not the ARN of a runtime. */
export function parseRuntimeArn(arn: string): RuntimeTarget {
  const [, region, accountId, runtimeId] = /^arn:aws[a-z-]*:bedrock-agentcore:([a-z0-9-]+):(\d{12}):runtime\/([^/:]+)$/.exec(arn) ?? [];
  if (!region || !accountId || !runtimeId)
    throw validation(
      `'${arn.slice(0, 256)}' is not the ARN of an agent runtime. Expected arn:aws:bedrock-agentcore:REGION:ACCOUNT:runtime/ID.`,
      'agentRuntimeArn',
    );
  return { region, accountId, runtimeId };
}

/** The one answer for a runtime that does not exist or is in another region, and for an endpoint that does not exist. */
export function noEndpoint(qualifier: string, arn: string): AwsError {
  return notFound(`No endpoint or agent found with qualifier '${qualifier}' for agent '${arn}'`);
}
