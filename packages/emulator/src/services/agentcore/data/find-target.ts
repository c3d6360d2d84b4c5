import { AwsError } from '../../../gateway/aws-error.ts';
import type { OperationContext } from '../../../gateway/operation.ts';
import type { Scope } from '../../../store/items.ts';
import { liveVersion } from '../agent-sessions.ts';
import { runtimeArn, runtimeEndpointArn } from '../arns.ts';
import { accessDenied } from '../errors.ts';
import { findResourcePolicy } from '../resource-policy.ts';
import { DEFAULT_ENDPOINT, findRuntime, requireVersion, type RuntimeConfiguration, type RuntimeItem } from '../runtime-items.ts';
import type { ArtifactKind } from './agent-errors.ts';
import { authorizationMismatch } from './authenticate-user.ts';
import { noEndpoint, parseRuntimeTarget } from './runtime-target.ts';

/** How the operations on sessions say which agent they mean. */
export interface TargetInput {
  agentRuntimeArn?: string | undefined;
  qualifier?: string | undefined;
  accountId?: string | undefined;
}

/** What finding it takes of a call. */
export type TargetContext = Pick<OperationContext, 'emulator' | 'accountId' | 'region' | 'bearer'>;

export interface Target {
  scope: Scope;
  runtime: RuntimeItem;
  qualifier: string;
  /** The version that the endpoint serves. */
  live: number;
  configuration: RuntimeConfiguration;
  kind: ArtifactKind;
}

/** What the caller must be allowed to act on: the runtime and the endpoint. */
export function targetResources(
  { agentRuntimeArn, qualifier = DEFAULT_ENDPOINT, accountId }: TargetInput,
  context: TargetContext,
): string[] {
  const { runtimeId, ...scope } = parseRuntimeTarget(context, agentRuntimeArn!, { qualifier, accountId });
  return [runtimeArn(scope, runtimeId), runtimeEndpointArn(scope, runtimeId, qualifier)];
}

/** The agent that is meant. Throws the service's errors for one that is not there or not ready, or that takes other credentials than came. */
export function findTarget(
  { agentRuntimeArn, qualifier = DEFAULT_ENDPOINT, accountId: given }: TargetInput,
  context: TargetContext,
): Target {
  const { emulator, bearer } = context;
  const { runtime, ...scope } = requireTarget(context, { agentRuntimeArn, qualifier, accountId: given });
  const { runtimeId } = runtime;
  const target = liveVersion(emulator, scope, runtimeId, qualifier);
  if ('missing' in target) throw noEndpoint(qualifier, runtimeArn(scope, runtimeId));
  if ('status' in target)
    throw new AwsError(
      'RetryableConflictException',
      409,
      `Endpoint '${qualifier}' of agent '${runtimeArn(scope, runtimeId)}' is in status ${target.status}: it cannot be invoked yet.`,
    );
  const { configuration, code } = requireVersion(emulator.store, scope, runtimeId, target.live);
  if ((configuration.authorizerConfiguration?.customJWTAuthorizer === undefined) !== (bearer === undefined)) throw authorizationMismatch();
  return { scope, runtime, qualifier, live: target.live, configuration, kind: code ? 'zip' : 'image' };
}

/** The runtime that is meant, and whose it is. Another account's is there only if it has a policy, whether policies are enforced or not. */
export function requireTarget(
  context: TargetContext,
  { agentRuntimeArn = '', qualifier = DEFAULT_ENDPOINT, accountId: given }: TargetInput,
): Scope & { runtime: RuntimeItem } {
  const { store } = context.emulator;
  const { runtimeId, ...scope } = parseRuntimeTarget(context, agentRuntimeArn, { qualifier, accountId: given });
  const arn = runtimeArn(scope, runtimeId);
  if (scope.accountId !== context.accountId && findResourcePolicy(store, arn) === undefined)
    throw accessDenied(`The agent runtime '${arn}' does not allow account ${context.accountId} to invoke it.`);
  const runtime = findRuntime(store, scope, runtimeId);
  if (!runtime) throw noEndpoint(qualifier, arn);
  return { ...scope, runtime };
}
