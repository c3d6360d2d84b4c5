import { randomUUID } from 'node:crypto';
import { BedrockAgentCoreClient, InvokeAgentRuntimeCommand } from '@aws-sdk/client-bedrock-agentcore';
import { parseEvents } from '@agentcore-tutorials/deploy';
import { defineStep } from '@agentcore-tutorials/harness';
import { describeAgent } from '@agentcore-tutorials/03-deploy/definition';

const userId = 'learner';

export const step = defineStep({
  id: '04-invoke',
  title: 'Invoke: sessions, users, and the raw SDK',
  needs: ['03-deploy'],

  async run(context) {
    const { region, payload, say, signal, check } = context;
    const deployment = await describeAgent(context).attach();
    const prompt = payload?.prompt ?? 'How much is 12 x 12?';

    say.about('Through the deploy package, as a stream:');
    const streamed = await say.stream((await deployment.invoke({ prompt }, { userId, signal })).text());
    check('the agent answered', streamed.length > 0);

    say.about('Twice in one session, and once in another. A session is a process of its own, with its own memory:');
    const sessionId = randomUUID();
    const ask = async (session: string) =>
      (await deployment.invoke({ prompt, stream: false }, { userId, sessionId: session, signal })).json() as Promise<{
        answer: string;
        invocations: number;
      }>;
    const counts = [await ask(sessionId), await ask(sessionId), await ask(randomUUID())].map(({ invocations }) => invocations);
    say.show(`invocations that each session has counted: ${counts.join(', ')}`);
    check('the second call met the process of the first, the third a new one', counts.join() === '1,2,1');

    say.about('The same through the AWS SDK, with nothing of ours in between:');
    const client = new BedrockAgentCoreClient({ region });
    const send = (body: object) =>
      client.send(
        new InvokeAgentRuntimeCommand({
          agentRuntimeArn: deployment.agentRuntimeArn,
          runtimeUserId: userId,
          runtimeSessionId: sessionId,
          qualifier: 'DEFAULT',
          contentType: 'application/json',
          payload: new TextEncoder().encode(JSON.stringify(body)),
        }),
        { abortSignal: signal },
      );
    const json = await send({ prompt, stream: false });
    say.show(`${json.contentType}: ${await json.response?.transformToString()}`);
    const events = await send({ prompt });
    const pieces: string[] = [];
    for await (const { data } of parseEvents(events.response as unknown as AsyncIterable<Uint8Array>))
      pieces.push(JSON.parse(data) as string);
    say.show(`${events.contentType}: ${pieces.length} events: ${pieces.join('')}`);
    check(
      'JSON and a stream of events, from the same agent',
      json.contentType === 'application/json' && events.contentType?.startsWith('text/event-stream') === true,
    );

    await deployment.stopSession(sessionId);
    say.done('session stopped', sessionId);
  },
});
