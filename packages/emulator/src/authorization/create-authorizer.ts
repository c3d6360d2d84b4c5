import type { Caller } from '../credentials/authenticate.ts';
import { AwsError } from '../gateway/aws-error.ts';
import { authorize } from '../iam/authorize.ts';
import { compilePolicy } from '../iam/compile-policy.ts';
import type { CompiledPolicy, ContextValue, NamedPolicy, DocumentKind, PolicySet, Principal } from '../iam/types.ts';
import { decidingResourcePolicy, kindOfPolicy } from '../services/agentcore/resource-policy.ts';
import type { Store } from '../store/open-store.ts';
import { attachedPolicies, type AttachedPolicy } from './attached-policies.ts';
import { principalKeys } from './principal-keys.ts';

export interface RequestedAccess {
  action: string;
  /** Each of them must be allowed. */
  resources: readonly string[];
  context: Record<string, ContextValue>;
  /** As JSON, for sts:AssumeRole. */
  trustPolicy?: string;
}

/** Asks the policy engine on behalf of a caller. */
export interface Authorizer {
  /** Throws AccessDenied, in AWS's words, unless the caller may. */
  require(caller: Pick<Caller, 'principal' | 'sessionPolicies'>, access: RequestedAccess): void;
}

/** What the policy engine was asked, and what it said: from these one writes a policy that allows what a program does and no more. */
export interface AccessDecision {
  principal: Principal;
  action: string;
  resource: string;
  context: Readonly<Record<string, ContextValue>>;
  allowed: boolean;
}

export interface AuthorizerOptions {
  store: Store;
  enforce: boolean;
  now: () => Date;
  onDecision?: ((decision: AccessDecision) => void) | undefined;
}

const MAX_COMPILED = 5000;

export function createAuthorizer({ store, enforce, now, onDecision }: AuthorizerOptions): Authorizer {
  const compiled = new Map<string, CompiledPolicy>();

  return {
    require({ principal, sessionPolicies }, { action, resources, context, trustPolicy }) {
      if (!enforce) return;
      const keys = { ...principalKeys(principal, now()), ...context };
      const policies = policiesOf(principal, sessionPolicies, trustPolicy);
      for (const resource of resources) {
        const owner = resource.split(':', 5)[4] || principal.accountId;
        const decision = authorize(
          { principal, action, resource, context: { 'aws:ResourceAccount': owner, ...keys } },
          { ...policies, ...resourcePolicies(resource) },
        );
        onDecision?.({ principal, action, resource, context, allowed: decision.allowed });
        if (!decision.allowed) throw new AwsError('AccessDenied', 403, decision.message);
      }
    },
  };

  function policiesOf(principal: Principal, sessionPolicies: readonly string[], trustPolicy: string | undefined): PolicySet {
    const { identity, boundary } = attachedPolicies(store, principal);
    return {
      identity: identity.map(named),
      ...(boundary ? { boundary: named(boundary) } : {}),
      ...(trustPolicy === undefined ? {} : { trust: { name: 'trust', document: compilePolicy(trustPolicy, 'trust') } }),
      ...(sessionPolicies.length > 0
        ? { session: sessionPolicies.map((text, index) => ({ name: `session-${index}`, document: compile(text) })) }
        : {}),
    };
  }

  function resourcePolicies(arn: string): Pick<PolicySet, 'resource'> {
    const text = decidingResourcePolicy(store, arn);
    return text === undefined ? {} : { resource: [{ name: arn, document: compile(text, kindOfPolicy(arn)) }] };
  }

  function named({ name, document }: AttachedPolicy): NamedPolicy {
    return { name, document: compile(document) };
  }

  function compile(text: string, kind: DocumentKind = 'identity'): CompiledPolicy {
    const key = `${kind} ${text}`;
    let policy = compiled.get(key);
    if (!policy) {
      policy = compilePolicy(text, kind);
      if (compiled.size >= MAX_COMPILED) compiled.clear();
      compiled.set(key, policy);
    }
    return policy;
  }
}
