import { IdentityClient, IdentityError } from '@agentcore-tutorials/identity';
import type { Criterion } from '@agentcore-tutorials/harness';

export const criteria: Criterion[] = [
  {
    claim: 'the credential provider is in the token vault',
    async whyNot({ region, run }) {
      try {
        await new IdentityClient({ region }).getApiKeyCredentialProvider({ name: run.providerName });
      } catch (error) {
        if (error instanceof IdentityError && error.code === 'NOT_FOUND') return `There is no credential provider ${run.providerName}.`;
        throw error;
      }
    },
    hints: [
      'Something has deleted the provider after the step made it.',
      'Step 05 deletes it, and so does whoever resets the emulator.',
      'npm start -- 02',
    ],
  },
];
