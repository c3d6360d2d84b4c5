import type {
  GetWorkloadAccessTokenForJWTCommandInput,
  GetWorkloadAccessTokenForJWTCommandOutput,
} from '@aws-sdk/client-bedrock-agentcore';
import { defineOperation } from '../../../gateway/operation.ts';
import { inboundClaimKeys } from '../../../jwt/inbound-claims.ts';
import { withUserToken } from '../user-token.ts';
import { workloadResources } from '../workload-identity.ts';
import { issueFor } from './get-workload-access-token.ts';

export const getWorkloadAccessTokenForJWT = defineOperation<
  GetWorkloadAccessTokenForJWTCommandInput,
  GetWorkloadAccessTokenForJWTCommandOutput
>({
  // Policies can depend on the token's claims: the handler has to read it before IAM can be asked.
  authorize: () => [],
  async handle(input, context) {
    const { jwt } = context.emulator;
    const token = input.userToken!;
    // IAM is asked about what the token claims; then the claims are proved. Whoever may not call this makes nobody fetch an issuer's keys.
    const claims = await withUserToken(() => jwt.read(token));
    context.authorize({ resources: workloadResources(context, input.workloadName!), context: inboundClaimKeys(claims) });
    const { issuer, subject } = await withUserToken(() => jwt.verify(token));
    return { workloadAccessToken: issueFor(context, input.workloadName!, { type: 'jwt', issuer, subject, token }) };
  },
});
