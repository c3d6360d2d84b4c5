import { DeployError } from '../errors.ts';
import { parseChallenges } from './challenge.ts';

/** Remembers how a registry wants to be spoken to. */
export interface Authorizer {
  /** The header for a request, when one is known already. */
  headerFor(url: URL): string | undefined;
  /** Reads a refusal. `true` when the request is worth sending again. */
  learn(url: URL, response: Response, sent: string | undefined): Promise<boolean>;
}

interface AuthorizerOptions {
  /** A ready-made `Authorization` value. */
  authorization?: string;
  signal?: AbortSignal;
}

/**
 * The generic login of registries: 401 with a challenge, a token from the service that the challenge names, the request
 * again. A ready-made Basic value (ECR) is sent at once. Tokens are kept per repository, because they are scoped to one.
 */
export function createAuthorizer({ authorization, signal }: AuthorizerOptions): Authorizer {
  const tokens = new Map<string, string>();

  return {
    headerFor(url) {
      return tokens.get(keyOf(url)) ?? authorization;
    },
    async learn(url, response, sent) {
      const key = keyOf(url);
      const held = tokens.get(key);
      if (response.status === 400 || response.status === 403) {
        // Public ECR answers 400, without a challenge, to a token that has expired: ask again as nobody, and be challenged.
        return held !== undefined && held === sent && tokens.delete(key);
      }
      if (response.status !== 401) return false;
      if (held !== undefined && held !== sent) return true;
      const challenges = parseChallenges(response.headers.get('www-authenticate') ?? '');
      const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
      if (bearer?.parameters['realm'] === undefined) return false;
      const value = await fetchToken(bearer.parameters, url, authorization, signal);
      if (value === sent) return false;
      tokens.set(key, value);
      return true;
    },
  };
}

/** The repository and, for a mount, the one that it is mounted from: what a token is good for. */
function keyOf(url: URL): string {
  const repository = /^\/v2\/(.+)\/(?:blobs|manifests|tags)\//.exec(url.pathname)?.[1] ?? '';
  return `${repository} ${url.searchParams.get('from') ?? ''}`;
}

async function fetchToken(
  parameters: Record<string, string>,
  requested: URL,
  authorization: string | undefined,
  signal: AbortSignal | undefined,
): Promise<string> {
  const realm = new URL(parameters['realm'] as string, requested);
  // Credentials never leave over plain http, except to the very registry that is on this machine anyway.
  const trusted = realm.protocol === 'https:' || realm.hostname === requested.hostname;
  if (parameters['service']) realm.searchParams.set('service', parameters['service']);
  if (parameters['scope']) realm.searchParams.append('scope', parameters['scope']);
  const from = requested.searchParams.get('from');
  if (from) realm.searchParams.append('scope', `repository:${from}:pull`);

  const response = await fetch(realm, {
    headers: authorization && trusted ? { authorization } : {},
    ...(signal ? { signal } : {}),
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new DeployError(
      'REGISTRY_AUTH',
      `The token service of ${requested.host}, ${realm.host}, answered ${response.status}: the credentials are wrong or have expired.`,
    );
  }
  const body = (await response.json()) as { token?: string; access_token?: string };
  const value = body.token ?? body.access_token;
  if (!value) throw new DeployError('REGISTRY_AUTH', `The token service of ${requested.host}, ${realm.host}, answered without a token.`);
  return `Bearer ${value}`;
}
