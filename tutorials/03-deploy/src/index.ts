import type { DeployEvent } from '@agentcore-tutorials/deploy';
import { defineStep, main } from '@agentcore-tutorials/harness';
import { describeAgent } from './definition.ts';

export const step = defineStep({
  id: '03-deploy',
  title: 'Deploy, be denied, and be allowed',
  needs: ['02-create-provider'],

  async run(context) {
    const { run, say, signal, check } = context;
    const agent = describeAgent(context);
    const onEvent = ({ type, step, detail, ms }: DeployEvent) => type === 'finished' && say.done(step, `${detail ?? ''} (${ms} ms)`);

    say.about('Bundle, image, repository, role, runtime: from agent.ts to READY, without Docker.');
    const deployment = await agent.deploy({ onEvent, signal });

    say.about('The agent runs as its role, and that role may not read the key yet:');
    const denied = await readAll(deployment.invoke({ prompt: 'Hello' }, { signal })).catch((error: Error) => error.message);
    say.show(denied);
    check('it is denied, and the message names the action', /not authorized to perform: bedrock-agentcore:GetResourceApiKey/.test(denied));

    say.about('Now exactly what it needs: this provider, this workload identity, this secret.');
    const allowed = await agent.with({ credentials: [run.providerName] }).deploy({ onEvent, signal });
    const text = await say.stream((await allowed.invoke({ prompt: 'What is the weather in Busan?' }, { signal })).text());
    check('the same agent, with nothing changed but its permissions, answers', /Busan/i.test(text));
  },
});

async function readAll(reply: ReturnType<Awaited<ReturnType<ReturnType<typeof describeAgent>['deploy']>>['invoke']>): Promise<string> {
  return (await Array.fromAsync((await reply).text())).join('');
}

await main(import.meta, step);
