import { verbatim } from '@agentcore-tutorials/harness';
import type { Criterion } from '@agentcore-tutorials/harness';
import { describeAgent, userId } from './definition.ts';
import { t } from './messages/index.ts';

export const criteria: Criterion[] = [
  {
    claim: t('criterion.current'),
    async whyNot(context) {
      const agent = describeAgent(context).with({ credentials: [context.run.providerName] });
      const { changes } = await agent.plan();
      const missing = changes.filter(({ action }) => action !== 'none');
      if (missing.length > 0)
        return t('criterion.current.why', { changes: missing.map(({ step, action }) => verbatim(`${step} (${action})`)) });
    },
    hints: [t('criterion.current.hint.1'), t('criterion.current.hint.2'), verbatim('npm start -- 03')],
  },
  {
    claim: t('criterion.answers'),
    async whyNot(context) {
      try {
        const deployment = await describeAgent(context).attach();
        const reply = await deployment.invoke({ prompt: 'How much is 2 x 2?' }, { userId, signal: context.signal });
        const answer = (await Array.fromAsync(reply.text())).join('');
        if (!answer.includes('4')) return t('criterion.answers.why', { answer });
      } catch (error) {
        return verbatim((error as Error).message);
      }
    },
    hints: [t('criterion.answers.hint.1'), t('criterion.answers.hint.2'), verbatim('npm start -- 02 03')],
  },
];
