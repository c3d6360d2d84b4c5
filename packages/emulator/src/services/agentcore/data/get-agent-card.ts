import type { GetAgentCardCommandInput, GetAgentCardCommandOutput } from '@aws-sdk/client-bedrock-agentcore';
import { randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { AwsError } from '../../../gateway/aws-error.ts';
import { defineOperation } from '../../../gateway/operation.ts';
import { agentError, rethrowSessionError } from './agent-errors.ts';
import { authenticateUser } from './authenticate-user.ts';
import { findTarget, targetResources } from './find-target.ts';

/** What an A2A agent says of itself. The agent is asked, in a session, as for anything else. */
export const getAgentCard = defineOperation<GetAgentCardCommandInput, GetAgentCardCommandOutput>({
  authorize: (input, context) => [{ resources: targetResources(input, context) }],
  authenticateBearer: authenticateUser,
  async handle(input, context) {
    const { scope, runtime, live, qualifier, kind } = findTarget(input, context);
    const sessionId = input.runtimeSessionId ?? randomUUID();
    const isNew = !context.emulator.sessions.isLive(scope, runtime.runtimeId, sessionId);
    const answer = await context.emulator.sessions
      .invoke(
        scope,
        { runtimeId: runtime.runtimeId, version: live, endpoint: qualifier, sessionId },
        {
          method: 'GET',
          path: '/.well-known/agent-card.json',
          headers: { accept: 'application/json', 'X-Amzn-Bedrock-AgentCore-Runtime-Session-Id': sessionId },
          body: Buffer.alloc(0),
          signal: context.signal,
        },
      )
      .catch(rethrowSessionError(kind));
    if (answer.status >= 400) throw agentError(answer, { isNew, kind });
    const card = await text(answer.body).catch(rethrowSessionError(kind));
    return { statusCode: answer.status, runtimeSessionId: sessionId, agentCard: parse(card) };
  },
});

function parse(card: string): GetAgentCardCommandOutput['agentCard'] {
  try {
    return JSON.parse(card) as GetAgentCardCommandOutput['agentCard'];
  } catch (cause) {
    throw new AwsError('RuntimeClientError', 424, 'The agent card that the runtime answered is not valid JSON.', { cause });
  }
}
