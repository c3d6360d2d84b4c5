import { DeployError } from '../errors.ts';
import { readAtMost } from './read-at-most.ts';
import type { RegistryClientOptions, RegistryRequest } from './client.ts';

/** Says what the registry said: `{"errors":[{"code","message"}]}` (OCI distribution spec), else the first line of the body. */
export async function describeFailure(
  request: RegistryRequest,
  response: Response,
  origin: string,
  explainRefusal?: RegistryClientOptions['explainRefusal'],
): Promise<DeployError> {
  const bytes = request.method === 'HEAD' ? undefined : await readAtMost(response, longestFailure).catch(() => undefined);
  const said = withoutControls(explain(new TextDecoder().decode(bytes)));
  const code = response.status === 401 || response.status === 403 ? 'REGISTRY_AUTH' : 'REGISTRY';
  const more = code === 'REGISTRY_AUTH' ? explainRefusal?.(request) : undefined;
  return new DeployError(
    code,
    `${request.what}: ${origin} answered ${response.status} to ${request.method}${said ? `: ${said}` : ''}.${more ? ` ${more}` : ''}`,
  );
}

/** A registry that has more to say than this says nothing that helps. */
const longestFailure = 1024 * 1024;

/** What a registry says is shown on a terminal, which would take an escape sequence for a command. */
function withoutControls(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '');
}

function explain(text: string): string {
  try {
    const body = JSON.parse(text) as { errors?: { code?: unknown; message?: unknown }[] };
    const messages = (body.errors ?? []).map(({ code, message }) => [code, message].filter(Boolean).join(': '));
    if (messages.length > 0) return messages.join('; ').slice(0, 500);
  } catch {
    // Not JSON: some proxies answer in HTML or plain text.
  }
  return (text.split('\n', 1)[0] ?? '').slice(0, 200);
}
