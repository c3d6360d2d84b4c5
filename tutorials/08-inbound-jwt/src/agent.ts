import { answer } from '@agentcore-tutorials/01-local-agent/assistant';
import { apiKeyFrom } from '@agentcore-tutorials/identity';
import { AgentCoreApp } from '@agentcore-tutorials/runtime';
import { Agent } from '@strands-agents/sdk';
import { OpenAIModel } from '@strands-agents/sdk/models/openai';
import { z } from 'zod';
import { listNotes } from './notes.ts';

const model = new OpenAIModel({ modelId: 'gpt-4.1-mini', apiKey: apiKeyFrom({ providerName: process.env['MODEL_PROVIDER'] ?? 'openai' }) });

const app = new AgentCoreApp({
  request: z.object({ prompt: z.string() }),

  handle({ prompt }, { signal }) {
    const assistant = new Agent({ model, tools: [listNotes], systemPrompt: 'You keep notes. Be brief.', printer: false });
    return answer(assistant, prompt, signal);
  },
});

await app.run();
