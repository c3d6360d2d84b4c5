import { answer, createAssistant } from '@agentcore-tutorials/01-local-agent/assistant';
import { apiKeyFrom } from '@agentcore-tutorials/identity';
import { AgentCoreApp } from '@agentcore-tutorials/runtime';
import { z } from 'zod';

// Asked on every request to the model: a rotated key is picked up, and none is kept.
const apiKey = apiKeyFrom({ providerName: process.env['PROVIDER_NAME'] ?? 'openai' });
let invocations = 0;

const app = new AgentCoreApp({
  request: z.object({ prompt: z.string(), stream: z.boolean().default(true) }),

  async handle({ prompt, stream }, context) {
    invocations += 1;
    const pieces = answer(createAssistant(apiKey), prompt, context.signal);
    if (stream) return pieces;
    const texts = await Array.fromAsync(pieces);
    return { answer: texts.join(''), invocations, sessionId: context.sessionId };
  },
});

await app.run();
