import { call } from '../aws/call.ts';
import type { Connection } from '../aws/connect.ts';
import { IdentityError } from '../errors.ts';

/** Who began the authorization: the id or the token that the workload access token was made with. */
export type UserIdentifier = { userId: string; userToken?: never } | { userToken: string; userId?: never };

export type CompleteResourceTokenAuthInput = UserIdentifier & {
  /** `urn:ietf:params:oauth:request_uri:...`, as the browser brought it to the callback. */
  sessionUri: string;
};

/** Binds a session to the user who began it. Check first that the signed-in user is that one. */
export async function completeResourceTokenAuth(
  aws: Connection,
  input: CompleteResourceTokenAuthInput,
  signal?: AbortSignal,
): Promise<void> {
  const { sessionUri } = input;
  const userIdentifier = identify(input);
  if (!/^urn:ietf:params:oauth:request_uri:[a-zA-Z0-9\-._~]+$/.test(sessionUri)) {
    throw new IdentityError(
      'INVALID_ARGUMENT',
      'sessionUri must be what the browser brought: urn:ietf:params:oauth:request_uri: and an id.',
    );
  }
  const { client, commands } = await aws.data();
  const subject = { operation: 'CompleteResourceTokenAuth', secrets: [input.userToken] };
  await call(subject, signal, (options) => client.send(new commands.CompleteResourceTokenAuth({ userIdentifier, sessionUri }), options));
}

function identify({ userId, userToken }: { userId?: string; userToken?: string }): { userId: string } | { userToken: string } {
  if (userId && userToken === undefined) return { userId };
  if (userToken && userId === undefined) return { userToken };
  throw new IdentityError(
    'INVALID_ARGUMENT',
    'Exactly one of userId and userToken is expected, and not empty: the one that the workload access token was made with.',
  );
}
