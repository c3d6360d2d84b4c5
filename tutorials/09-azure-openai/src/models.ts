import { apiKeyFrom, requiresApiKey } from '@agentcore-tutorials/identity';
import { OpenAIModel } from '@strands-agents/sdk/models/openai';
import { AzureOpenAI } from 'openai';

const providerName = process.env['MODEL_PROVIDER'] ?? 'azure-openai';
const endpoint = process.env['AZURE_OPENAI_ENDPOINT'];
const modelId = process.env['AZURE_OPENAI_DEPLOYMENT'] ?? 'gpt-4.1-mini';

/** Azure's v1 surface: the client of OpenAI itself, at another address. The model is the name of your deployment, and there is no api-version. */
export const v1 = async (): Promise<OpenAIModel> =>
  new OpenAIModel({ modelId, apiKey: apiKeyFrom({ providerName }), clientConfig: { baseURL: `${endpoint}/openai/v1`, maxRetries: 0 } });

/**
 * The classic surface: its own client, an api-version, and the key in the header `api-key`. For that header the client takes a string and no
 * function (a function is sent as a Bearer token), so it is made anew for each invocation.
 */
export const classic = requiresApiKey({ providerName }, async ({ apiKey }: { apiKey: string }): Promise<OpenAIModel> => {
  // `endpoint: ...` would be refused wherever OPENAI_BASE_URL happens to be set.
  const client = new AzureOpenAI({ baseURL: `${endpoint}/openai`, apiVersion: '2025-04-01-preview', apiKey, maxRetries: 0 });
  return new OpenAIModel({ modelId, client });
});
