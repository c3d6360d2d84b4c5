import { answer, assistantWith } from '@agentcore-tutorials/01-local-agent/assistant';
import { AgentCoreApp } from '@agentcore-tutorials/runtime';
import { z } from 'zod';
import { classic, v1 } from './models.ts';

const app = new AgentCoreApp({
  request: z.object({ prompt: z.string(), surface: z.enum(['v1', 'classic']).default('v1') }),

  async handle({ prompt, surface }, { signal }) {
    const model = surface === 'v1' ? await v1() : await classic();
    return answer(assistantWith(model), prompt, signal);
  },
});

await app.run();
