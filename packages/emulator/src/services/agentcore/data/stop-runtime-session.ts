import type { StopRuntimeSessionCommandInput, StopRuntimeSessionCommandOutput } from '@aws-sdk/client-bedrock-agentcore';
import { defineOperation } from '../../../gateway/operation.ts';
import { notFound } from '../errors.ts';
import { DEFAULT_ENDPOINT, findEndpoint } from '../runtime-items.ts';
import { requireTarget, targetResources } from './find-target.ts';
import { noEndpoint } from './runtime-target.ts';

export const stopRuntimeSession = defineOperation<StopRuntimeSessionCommandInput, StopRuntimeSessionCommandOutput>({
  authorize: (input, context) => [{ resources: targetResources(input, context) }],
  async handle({ agentRuntimeArn, runtimeSessionId, qualifier = DEFAULT_ENDPOINT }, context) {
    const { emulator } = context;
    const { runtime, ...scope } = requireTarget(context, { agentRuntimeArn, qualifier });
    const { runtimeId } = runtime;
    if (!findEndpoint(emulator.store, scope, runtimeId, qualifier)) throw noEndpoint(qualifier, agentRuntimeArn!);
    const stopped = await emulator.sessions.stop(scope, runtimeId, runtimeSessionId!);
    if (!stopped) throw notFound(`Session '${runtimeSessionId}' of agent '${agentRuntimeArn}' does not exist or has ended.`);
    return { runtimeSessionId, statusCode: 200 };
  },
});
