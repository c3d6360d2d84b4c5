import { defineStep } from '@agentcore-tutorials/harness';
import { answer, createAssistant } from './assistant.ts';

const PROMPTS = ['What is the weather now?', 'How much is 2 x 2?'];

export const step = defineStep({
  id: '01-local-agent',
  title: 'The agent on your machine',

  async run({ model, payload, say, signal, check }) {
    say.about('The key comes from where most programs keep it: an environment variable. Anything that runs as you can read it.');
    const assistant = createAssistant(async () => model.apiKey);

    for (const prompt of payload ? [payload.prompt] : PROMPTS) {
      say.about(`You: ${prompt}`);
      const text = await say.stream(answer(assistant, prompt, signal));
      check('the agent answered', text.length > 0);
    }
    if (payload) return;
    const blocks = assistant.messages.flatMap((message) => message.content);
    const used = new Set(blocks.map((block) => (block.type === 'toolUseBlock' ? block.name : undefined)));
    check('it looked up the weather and calculated, by its tools', used.has('weather') && used.has('calculator'));
  },
});
