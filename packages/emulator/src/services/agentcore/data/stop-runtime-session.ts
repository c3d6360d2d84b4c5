import type { StopRuntimeSessionCommandInput, StopRuntimeSessionCommandOutput } from '@aws-sdk/client-bedrock-agentcore';
import { defineOperation } from '../../../gateway/operation.ts';
import { runtimeArn, runtimeEndpointArn } from '../arns.ts';
import { notFound } from '../errors.ts';
import { DEFAULT_ENDPOINT, findEndpoint, requireRuntime } from '../runtime-items.ts';
import { parseRuntimeTarget } from './runtime-target.ts';

export const stopRuntimeSession = defineOperation<StopRuntimeSessionCommandInput, StopRuntimeSessionCommandOutput>({
  authorize(input, context) {
    const runtimeId = parseRuntimeTarget(context, input.agentRuntimeArn!);
    return [{ resources: [runtimeArn(context, runtimeId), runtimeEndpointArn(context, runtimeId, input.qualifier ?? DEFAULT_ENDPOINT)] }];
  },
  async handle({ agentRuntimeArn, runtimeSessionId, qualifier = DEFAULT_ENDPOINT }, { emulator, accountId, region }) {
    const scope = { accountId, region };
    const runtimeId = parseRuntimeTarget(scope, agentRuntimeArn!);
    requireRuntime(emulator.store, scope, runtimeId);
    if (!findEndpoint(emulator.store, scope, runtimeId, qualifier))
      throw notFound(`No endpoint or agent found with qualifier '${qualifier}' for agent '${agentRuntimeArn}'`);
    const stopped = await emulator.sessions.stop(scope, runtimeId, runtimeSessionId!);
    if (!stopped) throw notFound(`Session '${runtimeSessionId}' of agent '${agentRuntimeArn}' does not exist or has ended.`);
    return { runtimeSessionId, statusCode: 200 };
  },
});
