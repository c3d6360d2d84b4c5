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
 * @throws {HarnessError} `NO_MODEL_KEY`: names the variables that are missing or wrong.
 */
export function modelsFromEnvironment(wanted: readonly ModelName[], env: NodeJS.ProcessEnv = process.env): Models {
  return Object.fromEntries([...new Set(wanted)].map((name) => [name, name === 'openai' ? openAi(env) : azureOpenAi(env)]));
}

/**
 * The key that replaces the one of the model, whichever that is: to see what a wrong one does.
 * @throws {HarnessError} `NO_MODEL_KEY`
 */
export function replacingKey({ TUTORIAL_MODEL_KEY: key }: NodeJS.ProcessEnv): string | undefined {
  return key ? checkedKey('TUTORIAL_MODEL_KEY', key) : undefined;
}

/** Whether a key can be sent in a header. HTTP clients put one that cannot into their errors, for everybody to read. */
export const isSendable = (key: string): boolean => /^[\x21-\x7E]+$/.test(key);

function openAi(env: NodeJS.ProcessEnv): ModelAccess {
  const { OPENAI_API_KEY: key, OPENAI_BASE_URL: baseUrl } = env;
  if (!key) throw new HarnessError('NO_MODEL_KEY', t('model.noKey'));
  const apiKey = replacingKey(env) ?? checkedKey('OPENAI_API_KEY', key);
  // Explicit, because the emulator points sessions at its own model where this is not set.
  return { apiKey, environment: { OPENAI_BASE_URL: baseUrl ? checkedAddress('OPENAI_BASE_URL', baseUrl, OPENAI) : OPENAI } };
}

const OPENAI = 'https://api.openai.com/v1';

function checkedKey(variable: string, key: string): string {
  if (!isSendable(key)) throw new HarnessError('NO_MODEL_KEY', t('model.badKey', { variable }));
  return key;
}

/** The value is not repeated: it may hold a password. */
function checkedAddress(variable: string, text: string, example: string): string {
  const { protocol = '', username = '', password = '' } = URL.canParse(text) ? new URL(text) : {};
  if (!/^https?:$/.test(protocol) || username !== '' || password !== '')
    throw new HarnessError('NO_MODEL_KEY', t('model.badAddress', { variable, example }));
  return text;
}

function azureOpenAi(env: NodeJS.ProcessEnv): ModelAccess {
  const { AZURE_OPENAI_API_KEY = '', AZURE_OPENAI_ENDPOINT = '', AZURE_OPENAI_DEPLOYMENT = '' } = env;
  const settings = { AZURE_OPENAI_ENDPOINT, AZURE_OPENAI_DEPLOYMENT, AZURE_OPENAI_API_KEY };
  const missing = Object.entries(settings).filter(([, value]) => value === '');
  if (missing.length > 0) throw new HarnessError('NO_MODEL_KEY', t('model.noAzure', { variables: missing.map(([name]) => name) }));
  const apiKey = replacingKey(env) ?? checkedKey('AZURE_OPENAI_API_KEY', AZURE_OPENAI_API_KEY);
  const endpoint = checkedAddress('AZURE_OPENAI_ENDPOINT', AZURE_OPENAI_ENDPOINT, 'https://NAME.openai.azure.com');
  return { apiKey, environment: { AZURE_OPENAI_ENDPOINT: endpoint.replace(/\/+$/, ''), AZURE_OPENAI_DEPLOYMENT } };
}
