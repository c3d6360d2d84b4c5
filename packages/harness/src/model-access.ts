import { HarnessError } from './errors.ts';
import { t } from './messages/index.ts';

/** The two surfaces on which the steps ask a model. */
export type ModelName = 'openai' | 'azure-openai';

/** How the steps reach the model. */
export interface ModelAccess {
  /** The vendor's key, as a learner holds it before it is put into a credential provider. */
  readonly apiKey: string;
  /** What a deployed agent needs in its environment to reach the same model; never the key. */
  readonly environment: Readonly<Record<string, string>>;
}

export type Models = Readonly<Partial<Record<ModelName, ModelAccess>>>;

/** The emulator's model answers on both surfaces, to one key. Its Azure deployments are called like the models they hold. */
export function localModels({ apiKey, endpoint }: { apiKey: string; endpoint: string }): Models {
  return {
    openai: { apiKey, environment: {} },
    'azure-openai': { apiKey, environment: { AZURE_OPENAI_ENDPOINT: endpoint, AZURE_OPENAI_DEPLOYMENT: 'gpt-4.1-mini' } },
  };
}

/**
 * What the environment tells of the models that are wanted.
 * @throws {HarnessError} `NO_MODEL_KEY`: names the variables that are missing.
 */
export function modelsFromEnvironment(wanted: readonly ModelName[], env: NodeJS.ProcessEnv = process.env): Models {
  return Object.fromEntries([...new Set(wanted)].map((name) => [name, name === 'openai' ? openAi(env) : azureOpenAi(env)]));
}

function openAi({ OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: baseUrl }: NodeJS.ProcessEnv): ModelAccess {
  if (!apiKey) throw new HarnessError('NO_MODEL_KEY', t('model.noKey'));
  if (baseUrl && !URL.canParse(baseUrl)) throw new HarnessError('NO_MODEL_KEY', t('model.badBaseUrl', { url: baseUrl }));
  // Explicit, because the emulator points sessions at its own model where this is not set.
  return { apiKey, environment: { OPENAI_BASE_URL: baseUrl || 'https://api.openai.com/v1' } };
}

function azureOpenAi(env: NodeJS.ProcessEnv): ModelAccess {
  const { AZURE_OPENAI_API_KEY = '', AZURE_OPENAI_ENDPOINT = '', AZURE_OPENAI_DEPLOYMENT = '' } = env;
  const settings = { AZURE_OPENAI_ENDPOINT, AZURE_OPENAI_DEPLOYMENT, AZURE_OPENAI_API_KEY };
  const missing = Object.entries(settings).filter(([, value]) => value === '');
  if (missing.length > 0) throw new HarnessError('NO_MODEL_KEY', t('model.noAzure', { variables: missing.map(([name]) => name) }));
  return {
    apiKey: AZURE_OPENAI_API_KEY,
    environment: { AZURE_OPENAI_ENDPOINT: AZURE_OPENAI_ENDPOINT.replace(/\/+$/, ''), AZURE_OPENAI_DEPLOYMENT },
  };
}
