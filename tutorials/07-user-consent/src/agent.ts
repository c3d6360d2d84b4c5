import { answer } from '@agentcore-tutorials/01-local-agent/assistant';
import { apiKeyFrom } from '@agentcore-tutorials/identity';
import { AgentCoreApp } from '@agentcore-tutorials/runtime';
import { Agent } from '@strands-agents/sdk';
import { OpenAIModel } from '@strands-agents/sdk/models/openai';
import { z } from 'zod';
import { createListNotes } from './notes.ts';

const model = new OpenAIModel({ modelId: 'gpt-4.1-mini', apiKey: apiKeyFrom({ providerName: process.env['MODEL_PROVIDER'] ?? 'openai' }) });

const app = new AgentCoreApp({
  request: z.object({ prompt: z.string(), callbackUrl: z.url(), customState: z.string(), forceAuthentication: z.boolean().default(false) }),

  // Text as the model writes it, and, once the tool has to ask, the link for the user: both on one stream.
  handle({ prompt, ...consent }, { signal }) {
    return new ReadableStream<string | { authorizationUrl: string }>({
      async start(stream) {
        const listNotes = createListNotes({ ...consent, onAuthUrl: (authorizationUrl) => stream.enqueue({ authorizationUrl }) });
        const assistant = new Agent({ model, tools: [listNotes], systemPrompt: 'You keep notes. Be brief.', printer: false });
        for await (const text of answer(assistant, prompt, signal)) stream.enqueue(text);
        stream.close();
      },
    });
  },
});

await app.run();
