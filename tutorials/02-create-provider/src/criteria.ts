import { verbatim } from '@agentcore-tutorials/harness';
import { IdentityClient, IdentityError } from '@agentcore-tutorials/identity';
import type { Criterion } from '@agentcore-tutorials/harness';
import { t } from './messages/index.ts';

export const criteria: Criterion[] = [
  {
    claim: t('criterion.exists'),
    async whyNot({ region, run }) {
      try {
        await new IdentityClient({ region }).getApiKeyCredentialProvider({ name: run.providerName });
      } catch (error) {
        if (error instanceof IdentityError && error.code === 'NOT_FOUND') return t('criterion.exists.why', { name: run.providerName });
        throw error;
      }
    },
    hints: [t('criterion.exists.hint.1'), t('criterion.exists.hint.2'), verbatim('npm start -- 02')],
  },
];
