import type { InvokeAgentRuntimeCommandCommandInput, InvokeAgentRuntimeCommandCommandOutput } from '@aws-sdk/client-bedrock-agentcore';
import { randomUUID } from 'node:crypto';
import { defineOperation } from '../../../gateway/operation.ts';
import { SessionError } from '../../../sessions/session-error.ts';
import type { SessionCommandEvent } from '../../../sessions/types.ts';
import { validation } from '../errors.ts';
import { clientError, rethrowSessionError, type ArtifactKind } from './agent-errors.ts';
import { authenticateUser } from './authenticate-user.ts';
import { findTarget, targetResources } from './find-target.ts';

const MAX_TIMEOUT_SECONDS = 3600;

/** Runs a shell command in a session: with its files, its environment and its credentials, and beside its agent. */
export const invokeAgentRuntimeCommand = defineOperation<
  InvokeAgentRuntimeCommandCommandInput,
  Omit<InvokeAgentRuntimeCommandCommandOutput, 'stream'> & { stream: AsyncIterable<Record<string, unknown>> }
>({
  authorize: (input, context) => [{ resources: targetResources(input, context) }],
  authenticateBearer: authenticateUser,
  async handle(input, context) {
    const { emulator, signal } = context;
    const { command = '', timeout } = input.body!;
    if (timeout !== undefined && !(Number.isInteger(timeout) && timeout >= 1 && timeout <= MAX_TIMEOUT_SECONDS))
      throw validation(`body.timeout must be a whole number of seconds from 1 to ${MAX_TIMEOUT_SECONDS}.`, 'body.timeout');
    const { scope, runtime, live, qualifier, kind } = findTarget(input, context);
    const sessionId = input.runtimeSessionId ?? randomUUID();
    const target = { runtimeId: runtime.runtimeId, version: live, endpoint: qualifier, sessionId };
    const events = await emulator.sessions
      .use(scope, target, async (spec) => {
        const all = emulator.sessions.host.execute(spec, {
          command,
          signal,
          ...(timeout === undefined ? {} : { timeoutSeconds: timeout }),
        });
        const iterator = all[Symbol.asyncIterator]();
        // The first event says that the command runs. What goes wrong before it is the answer; what goes wrong after it is part of the stream.
        await iterator.next();
        return iterator;
      })
      .catch(rethrowSessionError(kind));
    return {
      statusCode: 200,
      contentType: 'application/vnd.amazon.eventstream',
      runtimeSessionId: sessionId,
      traceId: input.traceId,
      traceParent: input.traceParent,
      traceState: input.traceState,
      baggage: input.baggage,
      stream: toChunks(events, kind),
    };
  },
});

async function* toChunks(events: AsyncIterator<SessionCommandEvent>, kind: ArtifactKind): AsyncGenerator<Record<string, unknown>> {
  try {
    yield { chunk: { contentStart: {} } };
    for (let next = await events.next(); !next.done; next = await events.next()) {
      const event = next.value;
      if (event.type === 'output') yield { chunk: { contentDelta: { [event.stream]: event.text } } };
      else if (event.type === 'exit') yield { chunk: { contentStop: { exitCode: event.exitCode, status: event.status } } };
    }
  } catch (error) {
    if (!(error instanceof SessionError)) throw error;
    const { code, message } = clientError(error, kind);
    yield { [STREAM_ERRORS[code] ?? 'internalServerException']: { message } };
  } finally {
    await events.return?.();
  }
}

/** Errors as they are named in the stream. */
const STREAM_ERRORS: Readonly<Record<string, string>> = {
  RuntimeClientError: 'runtimeClientError',
  ThrottlingException: 'throttlingException',
};
