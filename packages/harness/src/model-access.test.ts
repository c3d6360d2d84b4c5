import { describe, expect, test } from 'vitest';
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

describe.each([
  ['openai', 'OPENAI_API_KEY', 'OPENAI_BASE_URL', { OPENAI_API_KEY: 'sk-1' }],
  ['azure-openai', 'AZURE_OPENAI_API_KEY', 'AZURE_OPENAI_ENDPOINT', AZURE],
] as const)('of %s', (model, key, address, env) => {
  test.each([
    'api.openai.com',
    'localhost:8080/v1',
    'ftp://model/v1',
    '//me:hidden@model/v1',
    'https://me:hidden@model/v1',
    'https://hidden@model',
  ])('the address %s is refused, and not repeated', (value) => {
    const error = attempt(() => modelsFromEnvironment([model], { ...env, [address]: value }));
    expect(error).toMatchObject({ code: 'NO_MODEL_KEY', message: expect.stringContaining(address) });
    expect(error.message).not.toContain('hidden');
  });

  // undici: `Headers.append: "Bearer hidden\nkey" is an invalid header value.`
  test.each(['hidden\nkey', 'hidden key', 'hidden\r', 'hidden\u0000', 'hidden키', '\uFEFFhidden'])(
    'the key %j, which no header can hold, is refused, and not repeated',
    (value) => {
      for (const variable of [key, 'TUTORIAL_MODEL_KEY']) {
        const error = attempt(() => modelsFromEnvironment([model], { ...env, [variable]: value }));
        expect(error).toMatchObject({ code: 'NO_MODEL_KEY', message: expect.stringContaining(variable) });
        expect(error.message).not.toContain('hidden');
      }
    },
  );

  test('TUTORIAL_MODEL_KEY replaces the key', () => {
    expect(modelsFromEnvironment([model], { ...env, TUTORIAL_MODEL_KEY: 'sk-wrong' })).toMatchObject({ [model]: { apiKey: 'sk-wrong' } });
    expect(modelsFromEnvironment([model], { ...env, TUTORIAL_MODEL_KEY: '' })).toMatchObject({ [model]: { apiKey: env[key as never] } });
  });
});

function attempt(act: () => unknown): Error {
  try {
    act();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was refused');
}
