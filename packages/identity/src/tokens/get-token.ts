import type { GetResourceOauth2TokenCommandInput, GetResourceOauth2TokenCommandOutput } from '@aws-sdk/client-bedrock-agentcore';
import { orAborted } from '../abort.ts';
import { call } from '../aws/call.ts';
import type { Connection } from '../aws/connect.ts';
import { IdentityError } from '../errors.ts';
import type { Consent } from './consent.ts';
import type { TokenPoller } from './token-poller.ts';

type Answer = Pick<GetResourceOauth2TokenCommandOutput, 'accessToken' | 'authorizationUrl' | 'sessionStatus' | 'sessionUri'>;

/**
 * Asks for the token; where the user has to consent first, has the link shown and polls with the session until the token is there.
 *
 * The link goes to `consent` and nowhere else: it is good once, for whoever follows it, so it is not logged either.
 */
export async function getToken(
  aws: Connection,
  request: GetResourceOauth2TokenCommandInput,
  consent: Consent,
  poller: TokenPoller,
  signal: AbortSignal,
): Promise<string> {
  const first = await askOnce(aws, request, signal);
  if (first.accessToken) return first.accessToken;
  if (!first.authorizationUrl) {
    const provider = request.resourceCredentialProviderName;
    throw new IdentityError(
      'UNEXPECTED_ANSWER',
      `GetResourceOauth2Token answered with neither an access token nor an authorization URL for provider '${provider}'.`,
      {
        operation: 'GetResourceOauth2Token',
      },
    );
  }
  consent.ask(first.authorizationUrl);
  await orAborted(consent.firstShown, signal);

  // Asked again with `forceAuthentication`, the service would start over with every poll.
  const { forceAuthentication: _once, ...rest } = request;
  const poll = { ...rest, ...(first.sessionUri && { sessionUri: first.sessionUri }) };
  const ask = async (): Promise<string | undefined> => (await askOnce(aws, poll, signal)).accessToken || undefined;
  const token = await poller({ ask, authorizationUrl: first.authorizationUrl, signal });
  if (typeof token === 'string' && token !== '') return token;
  throw new IdentityError('UNEXPECTED_ANSWER', 'The tokenPoller ended without a token: it must answer with one, or throw.');
}

async function askOnce(aws: Connection, request: GetResourceOauth2TokenCommandInput, signal: AbortSignal): Promise<Answer> {
  const { client, commands } = await aws.data();
  const { resourceCredentialProviderName: provider = '', workloadIdentityToken, customState, customParameters = {} } = request;
  const secrets = [workloadIdentityToken, customState, ...Object.values(customParameters)];
  const subject = { operation: 'GetResourceOauth2Token', provider, secrets };
  const answer = await call(subject, signal, (options) => client.send(new commands.GetResourceOauth2Token(request), options));
  if (answer.sessionStatus !== 'FAILED' || answer.accessToken) return answer;
  const requestId = answer.$metadata.requestId;
  throw new IdentityError(
    'AUTHORIZATION_FAILED',
    `The authorization for provider '${provider}' has failed: the user or the vendor refused, or the session was not bound to the user who began it. Ask for consent again.`,
    { operation: subject.operation, ...(requestId && { requestId }) },
  );
}
