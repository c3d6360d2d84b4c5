import { maskKey } from './check-key.ts';
import type { ModelSurface } from './find-route.ts';
import { ModelRequestError } from './model-request-error.ts';

export function wrongKey(surface: ModelSurface, key: string | undefined): ModelRequestError {
  if (surface !== 'openai') {
    return new ModelRequestError(
      401,
      'Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.',
      { code: '401' },
    );
  }
  if (key === undefined) {
    return new ModelRequestError(
      401,
      "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
    );
  }
  return new ModelRequestError(
    401,
    `Incorrect API key provided: ${maskKey(key)}. You can find your API key at https://platform.openai.com/account/api-keys.`,
    { code: 'invalid_api_key' },
  );
}

export function unknownModel(surface: ModelSurface, model: string): ModelRequestError {
  if (surface === 'openai') {
    return new ModelRequestError(404, `The model \`${model}\` does not exist or you do not have access to it.`, {
      code: 'model_not_found',
    });
  }
  return new ModelRequestError(
    404,
    'The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.',
    { code: 'DeploymentNotFound' },
  );
}

/** Azure answers a request without `api-version` as if there were nothing at that address. */
export function missingApiVersion(): ModelRequestError {
  return new ModelRequestError(404, 'Resource not found', { code: '404' });
}

export function unknownUrl(surface: ModelSurface, method: string, path: string): ModelRequestError {
  if (surface !== 'openai') return new ModelRequestError(404, 'Resource not found', { code: '404' });
  return new ModelRequestError(
    404,
    `Unknown request URL: ${method} ${path}. The local model stand-in has chat/completions, responses and models.`,
    { code: 'unknown_url' },
  );
}

export function contextExceeded(window: number, tokens: number, param: string): ModelRequestError {
  return new ModelRequestError(
    400,
    `This model's maximum context length is ${window} tokens. However, your messages resulted in ${tokens} tokens. Please reduce the length of the messages.`,
    { code: 'context_length_exceeded', param },
  );
}
