import type { GetAuthorizationTokenCommandInput, GetAuthorizationTokenCommandOutput } from '@aws-sdk/client-ecr';
import { defineOperation } from '../../gateway/operation.ts';
import { issueLogin } from '../../registry/login-token.ts';

export const getAuthorizationToken = defineOperation<GetAuthorizationTokenCommandInput, GetAuthorizationTokenCommandOutput>({
  handle(input, { emulator, accountId, region, principal, sessionPolicies }) {
    const registryIds = input.registryIds ?? [accountId];
    const authorizationData = registryIds.map((registryId) => {
      const { password, expiresAt } = issueLogin(emulator, {
        principal,
        sessionPolicies: [...sessionPolicies],
        registry: { accountId: registryId, region },
      });
      return { authorizationToken: Buffer.from(`AWS:${password}`).toString('base64'), expiresAt, proxyEndpoint: emulator.endpoint };
    });
    return { authorizationData };
  },
});
