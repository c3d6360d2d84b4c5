import { expect, test } from 'vitest';
import { modelsFromEnvironment } from './model-access.ts';

const AZURE = {
  AZURE_OPENAI_ENDPOINT: 'https://mine.openai.azure.com/',
  AZURE_OPENAI_DEPLOYMENT: 'small',
  AZURE_OPENAI_API_KEY: 'key-of-azure',
};

test('only what is wanted is asked for, and the key is never in the environment of an agent', () => {
  expect(modelsFromEnvironment(['azure-openai', 'azure-openai'], AZURE)).toEqual({
    'azure-openai': {
      apiKey: 'key-of-azure',
      environment: { AZURE_OPENAI_ENDPOINT: 'https://mine.openai.azure.com', AZURE_OPENAI_DEPLOYMENT: 'small' },
    },
  });
  expect(modelsFromEnvironment(['openai'], { OPENAI_API_KEY: 'sk-1', OPENAI_BASE_URL: 'http://model' })).toEqual({
    openai: { apiKey: 'sk-1', environment: { OPENAI_BASE_URL: 'http://model' } },
  });
  expect(modelsFromEnvironment([], {})).toEqual({});
});

test.each(Object.keys(AZURE))('%s is missed by its name, and nothing else is', (name) => {
  expect(() => modelsFromEnvironment(['azure-openai'], { ...AZURE, [name]: '' })).toThrow(`Not set: ${name}. `);
});

test('without a key of OpenAI the message says which variable is to be set', () => {
  expect(() => modelsFromEnvironment(['openai'], AZURE)).toThrow(/OPENAI_API_KEY is not set/);
});

test('an agent gets the address of the real API, because the emulator would name its own', () => {
  expect(modelsFromEnvironment(['openai'], { OPENAI_API_KEY: 'sk-1' })).toMatchObject({
    openai: { environment: { OPENAI_BASE_URL: 'https://api.openai.com/v1' } },
  });
});

test('an address that is none is refused', () => {
  expect(() => modelsFromEnvironment(['openai'], { OPENAI_API_KEY: 'sk-1', OPENAI_BASE_URL: 'api.openai.com' })).toThrow(/is not a URL/);
});
