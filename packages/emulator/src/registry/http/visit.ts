import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Authorizer } from '../../authorization/create-authorizer.ts';
import { transportKeys } from '../../authorization/transport-keys.ts';
import { AwsError } from '../../gateway/aws-error.ts';
import type { Scope } from '../../store/items.ts';
import { openLogin, type Login } from '../login-token.ts';
import { PUBLIC, repositoryArn, type RegistryServices } from '../names.ts';
import { ensurePublicImages } from '../public-images.ts';
import { findResourcePolicy } from '../../services/agentcore/resource-policy.ts';
import { findRepository } from '../repository.ts';

/** One request to the registry, and what its sender may do. */
export interface Visit {
  readonly services: RegistryServices;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
  /** Throws UNAUTHORIZED unless the sender is logged in. */
  login(): Login;
  /** The registry in which the sender may do `actions` to a repository. Throws UNAUTHORIZED or DENIED. */
  mayWrite(name: string, ...actions: string[]): Scope;
  /** As `mayWrite`, but what is in the public gallery and not in the sender's own registry may be read by anyone. */
  mayRead(name: string, action: string): Promise<Scope>;
}

export function createVisit(services: RegistryServices, authorizer: Authorizer, request: IncomingMessage, response: ServerResponse): Visit {
  const url = request.url ?? '/';
  const question = url.indexOf('?');
  const login = authenticate(services, request.headers.authorization);

  const requireLogin = () => {
    if (!login) throw unauthorized('Log in first: user AWS, and as password a token of ecr:GetAuthorizationToken.');
    return login;
  };
  const mayWrite: Visit['mayWrite'] = (name, ...actions) => {
    const { registry, principal, sessionPolicies } = requireLogin();
    const resource = repositoryArn(registry, name);
    const tags = findRepository(services.store, registry, name)?.tags ?? [];
    const context = {
      ...transportKeys(request, registry.region),
      ...Object.fromEntries(
        tags.flatMap(({ Key: key, Value: value }) => [
          [`aws:ResourceTag/${key}`, value],
          [`ecr:ResourceTag/${key}`, value],
        ]),
      ),
    };
    for (const action of actions) {
      authorizer.require({ principal, sessionPolicies }, { action, resources: [resource], context });
      // Also where policies are not enforced: an account's repositories are its own, unless they have a policy.
      if (registry.accountId !== principal.accountId && findResourcePolicy(services.store, resource) === undefined) {
        throw new AwsError(
          'AccessDenied',
          403,
          `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource} because no resource-based policy allows the ${action} action`,
        );
      }
    }
    return registry;
  };
  return {
    services,
    request,
    response,
    query: new URLSearchParams(question < 0 ? '' : url.slice(question + 1)),
    login: requireLogin,
    mayWrite,
    async mayRead(name, action) {
      if (!login || !findRepository(services.store, login.registry, name)) {
        await ensurePublicImages(services);
        if (findRepository(services.store, PUBLIC, name)) return PUBLIC;
      }
      return mayWrite(name, action);
    },
  };
}

/** `undefined` for nobody. Tools that have no password for a registry that asks for Basic send an empty one. */
function authenticate(services: RegistryServices, authorization: string | undefined): Login | undefined {
  if (authorization === undefined) return undefined;
  const [, encoded] = /^basic +([A-Za-z0-9+/_=-]+)$/i.exec(authorization.trim()) ?? [];
  if (encoded === undefined)
    throw unauthorized('Only Basic authentication is known here: user AWS, and as password a token of ecr:GetAuthorizationToken.');
  const [, user, password = ''] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
  if (user === '' && password === '') return undefined;
  const login = user === 'AWS' ? openLogin(services, password) : undefined;
  if (login === 'expired') throw unauthorized('Your authorization token has expired. Reauthenticate and try again.');
  if (!login)
    throw unauthorized('The user name or the password is wrong: expected user AWS, and as password a token of ecr:GetAuthorizationToken.');
  return login;
}

function unauthorized(message: string): AwsError {
  return new AwsError('UNAUTHORIZED', 401, message);
}
