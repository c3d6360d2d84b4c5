import { defineStep } from '@agentcore-tutorials/harness';
import { answer, createAssistant } from './assistant.ts';
import { t } from './messages/index.ts';

const PROMPTS = ['What is the weather now?', 'How much is 2 x 2?'];

export const step = defineStep({
  id: '01-local-agent',
  title: t('title'),

  async run({ model, payload, say, signal, check }) {
    say.about(t('key'));
    const assistant = createAssistant(async () => model.apiKey);

    for (const prompt of payload ? [payload.prompt] : PROMPTS) {
      say.about(t('you', { prompt }));
      const text = await say.stream(answer(assistant, prompt, signal));
      check(t('answered'), text.length > 0);
    }
    if (payload) return;
    const blocks = assistant.messages.flatMap((message) => message.content);
    const used = new Set(blocks.map((block) => (block.type === 'toolUseBlock' ? block.name : undefined)));
    check(t('usedTools'), used.has('weather') && used.has('calculator'));
  },
});
