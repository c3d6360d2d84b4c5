import type { Readable } from 'node:stream';
import type { BedrockAgentCore, InvokeAgentRuntimeCommandOutput } from '@aws-sdk/client-bedrock-agentcore';
import type { AwsOptions } from '../agent/definition.ts';
import { asDeployError, isAwsError } from '../aws/aws-error.ts';
import type { Clients } from '../aws/connect.ts';
import { DeployError } from '../errors.ts';
import { backoff } from '../util/backoff.ts';
import { sleep } from '../util/sleep.ts';
import { bearerClient } from './bearer-client.ts';
import { encodePayload } from './encode-payload.ts';
import { assertHeaderValue, assertSessionId } from './header-value.ts';
import type { Reply } from './reply.ts';
import { remedyFor } from './remedy.ts';
import { createReply } from './reply.ts';

export interface InvokeOptions {
  /**
   * For whom the agent acts: what its credentials are bound to. Without a user or a `bearerToken` AgentCore Runtime sends the agent no workload access
   * token, and it can fetch no credential of AgentCore Identity, API keys included. Needs `bedrock-agentcore:InvokeAgentRuntimeForUser` beside
   * `InvokeAgentRuntime`. 1 to 1,024 characters of printable ASCII. Not with `bearerToken`: there the token names the user.
   */
  userId?: string;
  /** 33 to 256 characters of printable ASCII. Left out: the service makes a new session; the reply names it. */
  sessionId?: string;
  /** Endpoint. Default `DEFAULT`. */
  qualifier?: string;
  signal?: AbortSignal;
  /** A JWT for an agent with an `authorizer`, sent instead of an AWS signature. */
  bearerToken?: string;
  /** Default `application/json`. */
  contentType?: string;
  /** Default `application/json, text/event-stream`. */
  accept?: string;
}

export interface InvokeTarget {
  clients: Clients;
  agentRuntimeArn: string;
  aws?: AwsOptions;
}

/**
 * Invokes an agent once. It is not repeated when it fails, because the agent may have acted; only when the service says
 * that it was not started (throttled, or its session is busy changing) it is tried again, for up to a few seconds.
 * @throws {DeployError} `INVOKE_FAILED` (`type` is the service's error), `INVALID_CONFIG`, `ABORTED`.
 */
export async function invokeRuntime(
  { clients, agentRuntimeArn, aws }: InvokeTarget,
  payload: unknown,
  options: InvokeOptions = {},
): Promise<Reply> {
  const {
    userId,
    sessionId,
    qualifier = 'DEFAULT',
    signal,
    bearerToken,
    contentType = 'application/json',
    accept = 'application/json, text/event-stream',
  } = options;
  assertSessionId(sessionId);
  if (userId !== undefined && userId.length > 1024)
    throw new DeployError('INVALID_CONFIG', `userId has ${userId.length} characters; the service takes 1 to 1024.`);
  assertHeaderValue('userId', userId, 'Pass an id as identity providers give it (`sub`), or encodeURIComponent(name).');
  assertHeaderValue('bearerToken', bearerToken, 'Pass the JWT alone, without "Bearer" and without a line feed.');
  assertHeaderValue('contentType', contentType, 'Pass a media type.');
  assertHeaderValue('accept', accept, 'Pass media types.');
  if (userId !== undefined && bearerToken !== undefined) {
    throw new DeployError('INVALID_CONFIG', 'userId and bearerToken exclude each other: with a JWT the token says who the user is.');
  }
  const client: BedrockAgentCore = bearerToken === undefined ? await clients.data() : await bearerClient(clients.region, bearerToken, aws);
  const input = {
    agentRuntimeArn,
    qualifier,
    contentType,
    accept,
    payload: encodePayload(payload),
    ...(userId === undefined ? {} : { runtimeUserId: userId }),
    ...(sessionId === undefined ? {} : { runtimeSessionId: sessionId }),
  };

  for (let attempt = 0; ; attempt += 1) {
    try {
      return toReply(await client.invokeAgentRuntime(input, signal ? { abortSignal: signal } : {}), signal);
    } catch (error) {
      const notStarted = isAwsError(error, 'ThrottlingException', 'RetryableConflictException');
      if (notStarted && attempt < 5 && !signal?.aborted) {
        await sleep(backoff(attempt, { baseMs: 200, maxMs: 5_000 }), signal).catch(() => undefined);
        continue;
      }
      const failure = asDeployError(error, `invoking ${agentRuntimeArn}`);
      if (failure.code !== 'AWS') throw failure;
      const remedy = remedyFor(error, options);
      const message = remedy === undefined ? failure.message : `${failure.message.replace(/[^.!?]$/, '$&.')} ${remedy}`;
      throw new DeployError('INVOKE_FAILED', message, { cause: error, ...(failure.type ? { type: failure.type } : {}) });
    }
  }
}

function toReply(
  { contentType = '', runtimeSessionId, statusCode = 200, response }: InvokeAgentRuntimeCommandOutput,
  signal?: AbortSignal,
): Reply {
  return createReply(
    { contentType, sessionId: runtimeSessionId, statusCode },
    response ? watched(response as Readable, signal) : nothing(),
  );
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** The SDK lets go of the signal once the headers are there; an answer may stream on for an hour. */
async function* watched(body: Readable, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const stop = (): void => void body.destroy(new Error('aborted'));
  signal?.addEventListener('abort', stop, { once: true });
  try {
    if (signal?.aborted) stop();
    yield* body as AsyncIterable<Uint8Array>;
  } catch (error) {
    if (signal?.aborted) throw new DeployError('ABORTED', 'The answer was given up by the caller.', { cause: signal.reason });
    throw new DeployError('INVOKE_FAILED', `The answer broke off: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}
