import type { Criterion } from '@agentcore-tutorials/harness';
import { describeAgent } from './definition.ts';

export const criteria: Criterion[] = [
  {
    claim: 'what is deployed is what your files say, and its role may read this one key',
    async whyNot(context) {
      const agent = describeAgent(context).with({ credentials: [context.run.providerName] });
      const { changes } = await agent.plan();
      const missing = changes.filter(({ action }) => action !== 'none');
      if (missing.length > 0) return `A deployment would change: ${missing.map(({ step, action }) => `${step} (${action})`).join(', ')}.`;
    },
    hints: [
      'What you have on disk and what runs in the cloud are two things.',
      'Run the step again after every change of its files. It deploys only what is different.',
      'npm start -- 03',
    ],
  },
  {
    claim: 'the agent answers',
    async whyNot(context) {
      try {
        const deployment = await describeAgent(context).attach();
        const reply = await deployment.invoke({ prompt: 'How much is 2 x 2?' }, { signal: context.signal });
        const answer = (await Array.fromAsync(reply.text())).join('');
        if (!answer.includes('4')) return `It was asked for 2 x 2, and said: ${answer}`;
      } catch (error) {
        return (error as Error).message;
      }
    },
    hints: [
      'Read the message to its end: it names who asked for what.',
      'An agent needs three things for its key: the permission, the provider, and the right key in the provider.',
      'npm start -- 02 && npm start -- 03',
    ],
  },
];
