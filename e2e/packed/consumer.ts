// What somebody writes who has only what npm installs. It is compiled and run in an empty project; its answers are checked there.
import { defineAgent, type Plan } from '@agentcore-tutorials/deploy';
import { startEmulator, type Emulator } from '@agentcore-tutorials/emulator';
import { IdentityClient, type ApiKeyCredentialProvider, type Ensured } from '@agentcore-tutorials/identity';
import { AgentCoreApp } from '@agentcore-tutorials/runtime';

const emulator: Emulator = await startEmulator({ ephemeral: true });
Object.assign(process.env, emulator.env);

const identity = new IdentityClient();
const ensured: Ensured<ApiKeyCredentialProvider> = await identity.ensureApiKeyCredentialProvider({
  name: 'packed',
  apiKey: 'a key of 21 character',
});
const apiKey: string = await identity.getApiKey({ providerName: 'packed' });
// @ts-expect-error Types that were not found would be `any`, and this would compile.
apiKey satisfies number;

const app = new AgentCoreApp({ handle: (payload) => ({ echoed: payload }) });
const { url, close } = await app.listen({ port: 0 });
const ping = await fetch(new URL('/ping', url));
const { status } = (await ping.json()) as { status: string };
const answer = await fetch(new URL('/invocations', url), { method: 'POST', body: '{"prompt":"Hello"}' });
const invoked: unknown = await answer.json();
await close();

const agent = defineAgent({ name: 'packed', entry: new URL('./agent.js', import.meta.url) });
const plan: Plan = await agent.plan();
const creates = plan.changes.filter(({ action }) => action === 'create').map(({ step }) => step);
const deployment = await agent.deploy();
const said: unknown = await (await deployment.invoke({ prompt: 'Hello' })).json();
const { verified } = await agent.destroy();
const left = emulator
  .inventory()
  .map(({ type }) => type)
  .toSorted();
await emulator.stop();

console.log(JSON.stringify({ outcome: ensured.outcome, keyLength: apiKey.length, status, invoked, creates, said, verified, left }));
