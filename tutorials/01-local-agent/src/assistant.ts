import { Agent, tool } from '@strands-agents/sdk';
import { OpenAIModel } from '@strands-agents/sdk/models/openai';
import { z } from 'zod';
import { calculate } from './calculate.ts';

const calculator = tool({
  name: 'calculator',
  description: 'Calculates an arithmetic expression with + - * / % ^, parentheses and sqrt().',
  inputSchema: z.object({ expression: z.string() }),
  callback: ({ expression }) => `${expression} = ${calculate(expression)}`,
});

// Made up, and always the same: a tutorial should not need the internet, or change with the weather.
const weather = tool({
  name: 'weather',
  description: 'Tells the weather in a city.',
  inputSchema: z.object({ city: z.string() }),
  callback: ({ city }) => `It is sunny in ${city}, 22 °C.`,
});

/** An assistant with two tools. Where its key comes from is the caller's business: it is asked for at every request to the model. */
export function createAssistant(apiKey: () => Promise<string>): Agent {
  const model = new OpenAIModel({ modelId: 'gpt-4.1-mini', apiKey, clientConfig: { maxRetries: 0 } });
  return assistantWith(model);
}

/** The same assistant with a model of your own. */
export function assistantWith(model: OpenAIModel): Agent {
  return new Agent({
    model,
    tools: [calculator, weather],
    systemPrompt: 'You help with the weather and with arithmetic. Be brief.',
    printer: false,
  });
}

/** The text of an answer, piece by piece, as the model writes it. */
export async function* answer(assistant: Agent, prompt: string, cancelSignal: AbortSignal): AsyncGenerator<string> {
  for await (const event of assistant.stream(prompt, { cancelSignal })) {
    if (event.type !== 'modelStreamUpdateEvent' || event.event.type !== 'modelContentBlockDeltaEvent') continue;
    if (event.event.delta.type === 'textDelta') yield event.event.delta.text;
  }
}
