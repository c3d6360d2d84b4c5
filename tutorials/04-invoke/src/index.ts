import { randomUUID } from 'node:crypto';
import { BedrockAgentCoreClient, InvokeAgentRuntimeCommand } from '@aws-sdk/client-bedrock-agentcore';
import { parseEvents } from '@agentcore-tutorials/deploy';
import { defineStep } from '@agentcore-tutorials/harness';
import { describeAgent, userId } from '@agentcore-tutorials/03-deploy/definition';
import { t } from './messages/index.ts';

export const step = defineStep({
  id: '04-invoke',
  title: t('title'),
  agent: (run) => run.agentName,
  needs: ['03-deploy'],

  async run(context) {
    const { region, payload, say, signal, check } = context;
    const deployment = await describeAgent(context).attach();
    const prompt = payload?.prompt ?? 'How much is 12 x 12?';

    say.about(t('stream'));
    const streamed = await say.stream(deployment.invoke({ prompt }, { userId, signal }).then((reply) => reply.text()));
    check(t('answered'), streamed.length > 0);

    say.about(t('sessions'));
    const sessionId = randomUUID();
    const ask = async (session: string) =>
      (await deployment.invoke({ prompt, stream: false }, { userId, sessionId: session, signal })).json() as Promise<{
        answer: string;
        invocations: number;
      }>;
    const counts = [await ask(sessionId), await ask(sessionId), await ask(randomUUID())].map(({ invocations }) => invocations);
    say.show(say.text(t('sessions.counts', { counts: counts.join(', ') })));
    check(t('sessions.check'), counts.join() === '1,2,1');

    say.about(t('sdk'));
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
    check(t('sdk.check'), json.contentType === 'application/json' && events.contentType?.startsWith('text/event-stream') === true);

    await deployment.stopSession(sessionId);
    say.done(t('stopped'), sessionId);
  },
});
