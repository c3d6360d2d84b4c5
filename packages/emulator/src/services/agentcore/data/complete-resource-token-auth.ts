import type { CompleteResourceTokenAuthCommandInput, CompleteResourceTokenAuthCommandOutput } from '@aws-sdk/client-bedrock-agentcore';
import type { AwsError } from '../../../gateway/aws-error.ts';
import { defineOperation, type OperationContext } from '../../../gateway/operation.ts';
import { inboundClaimKeys } from '../../../jwt/inbound-claims.ts';
import { accessDenied, notFound, validation } from '../errors.ts';
import { authorizeSecret } from '../managed-secret.ts';
import { exchangeCode } from '../oauth2/exchange-code.ts';
import { oauth2ProviderResources, requireOauth2Provider } from '../oauth2/provider.ts';
import { findSession, saveSession, sessionId, type AuthorizationSession } from '../oauth2/session.ts';
import { withUserToken } from '../user-token.ts';
import { findWorkloadIdentity, workloadResources } from '../workload-identity.ts';
import { digestOfJwt, type WorkloadUser } from '../workload-token.ts';

export const completeResourceTokenAuth = defineOperation<CompleteResourceTokenAuthCommandInput, CompleteResourceTokenAuthCommandOutput>({
  // Provider and workload are known only from the session: the handler has to find it before IAM can be asked.
  authorize: () => [],
  async handle(input, context) {
    const { emulator, accountId, region } = context;
    const { store, now } = emulator;
    const { userId, userToken } = input.userIdentifier as { userId?: string; userToken?: string };
    const id = sessionId(input.sessionUri!);
    const asked = findSession(store, now(), id);
    if (!asked || asked.accountId !== accountId || asked.region !== region) throw invalidSession();
    const claims = userToken === undefined ? undefined : await withUserToken(() => emulator.jwt.read(userToken));
    context.authorize({
      resources: [...oauth2ProviderResources(context, asked.providerName), ...workloadResources(context, asked.workloadName)],
      context: claims ? inboundClaimKeys(claims) : { 'bedrock-agentcore:userid': userId! },
    });
    const user = await givenUser(context, userId, userToken);
    // Awaited since: the same call may have been answered meanwhile, and a code is good once.
    const session = findSession(store, now(), id) ?? asked;
    if (!isSameUser(user, session)) {
      // Somebody consented in the name of somebody else. Nobody may pick up what came of it later.
      if (session.status !== 'COMPLETE') saveSession(store, id, { ...session, status: 'FAILED', failure: 'otherUser' });
      throw invalidSession();
    }
    // The application's callback page may be loaded twice.
    if (session.status === 'COMPLETE') return {};
    if (session.status === 'FAILED') throw invalidSession();
    if (session.status !== 'CONSENTED')
      throw validation('The user has not consented yet: the vendor has not sent the browser back.', 'sessionUri');
    const identity = findWorkloadIdentity(store, context, session.workloadName);
    // Also not one that has got its name since.
    if (!identity || identity.identityId !== session.identityId)
      throw notFound(`Workload identity '${session.workloadName}' does not exist any more.`);
    const provider = requireOauth2Provider(context, session.providerName);
    authorizeSecret(context, provider.secretArn);
    await exchangeCode(emulator, provider, id, session);
    return {};
  },
});

async function givenUser({ emulator }: OperationContext, userId: string | undefined, userToken: string | undefined): Promise<WorkloadUser> {
  if (userToken === undefined) return { type: 'id', userId: userId! };
  const { issuer, subject } = await withUserToken(() => emulator.jwt.verify(userToken));
  return { type: 'jwt', issuer, subject, token: userToken };
}

/** AWS was seen to refuse a new JWT of the same user: it has to be the one that the session began with. */
function isSameUser(given: WorkloadUser, { user, jwtDigest }: AuthorizationSession): boolean {
  if (given.type === 'id') return user.type === 'id' && given.userId === user.userId;
  const isSameToken = jwtDigest === undefined || jwtDigest === digestOfJwt(given.token ?? '');
  return user.type === 'jwt' && given.issuer === user.issuer && given.subject === user.subject && isSameToken;
}

/** One answer for a session that does not exist, has failed or expired, or is of somebody else. */
function invalidSession(): AwsError {
  return accessDenied('Invalid or expired session');
}
