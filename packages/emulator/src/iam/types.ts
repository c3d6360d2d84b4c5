/** `identity`: of users and roles, permissions boundaries and session policies. `trust`: who may assume a role. `resource`: of other resources; `repository` of one of ECR, which names no resource. */
export type DocumentKind = 'identity' | 'trust' | 'resource' | 'repository';

/** Who asks. */
export interface Principal {
  readonly type: 'root' | 'user' | 'role' | 'service' | 'federated' | 'anonymous';
  /** The caller's ARN: of a role's session `arn:aws:sts::A:assumed-role/R/S`; of a service or an identity provider its name; of nobody `anonymous`. */
  readonly arn: string;
  readonly accountId: string;
  /** The role that a session is of: `arn:aws:iam::A:role/path/R`. */
  readonly roleArn?: string;
  /** `aws:userid`: of a session `AROA...:session-name`. */
  readonly userId?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Of its tags those that sessions inherit which it starts. */
  readonly transitiveTags?: Readonly<Record<string, string>>;
  /** Who is behind a session, as the first of a chain said: `aws:SourceIdentity`. */
  readonly sourceIdentity?: string;
  /** Set by `authorize`: a permissions boundary limits it. */
  readonly hasBoundary?: boolean;
  /** When the temporary credentials were made that it calls with: `aws:TokenIssueTime`. */
  readonly tokenIssuedAt?: string;
  /** The service principal, e.g. `bedrock-agentcore.amazonaws.com`. */
  readonly service?: string;
}

/** The value of a condition key in a request. An array is a multivalued key, such as `aws:TagKeys`. */
export type ContextValue = string | number | boolean | readonly string[];

export interface AuthorizationRequest {
  readonly principal: Principal;
  /** `service:Operation`. */
  readonly action: string;
  /** An ARN, or `*` where the action is not checked against a resource. */
  readonly resource: string;
  /** Condition keys and their values. The names are matched without regard to case. A key that is not here is absent. */
  readonly context: Readonly<Record<string, ContextValue>>;
}

/** Where a policy hangs decides what it can do: only `identity` and `resource` policies grant, the others limit. */
export type PolicyKind = 'identity' | 'boundary' | 'session' | 'resource' | 'trust';

export interface NamedPolicy {
  readonly name: string;
  readonly document: CompiledPolicy;
}

export interface PolicySet {
  readonly identity: readonly NamedPolicy[];
  readonly boundary?: NamedPolicy;
  /** Present, even if empty, when the session was started with policies. */
  readonly session?: readonly NamedPolicy[];
  readonly resource?: readonly NamedPolicy[];
  /** The role's trust policy, for `sts:AssumeRole`: it must allow, whatever the caller's own policies say. */
  readonly trust?: NamedPolicy;
  /** The account that owns the resource. Default: the one in its ARN, else the caller's. */
  readonly resourceAccountId?: string;
}

export interface StatementRef {
  /** The policy's name in the policy set. */
  readonly policy: string;
  readonly sid?: string;
  /** The statement's place in its policy, from 0. */
  readonly index: number;
}

export interface Decision {
  readonly allowed: boolean;
  readonly effect: 'allow' | 'implicit-deny' | 'explicit-deny';
  /** The kind of policy that decided; for an implicit deny the kind that lacks an Allow. */
  readonly by: PolicyKind;
  /** The statement that decided. None decides an implicit deny. */
  readonly statement?: StatementRef;
  /** What AWS tells the caller. Empty when allowed. */
  readonly message: string;
}

/** How a statement names the caller. Only a resource policy asks: naming a session grants more than naming its account. */
export type PrincipalMatch = 'none' | 'account' | 'role' | 'exact' | 'everyone';

/** One request, prepared once and then put to every statement. */
export interface Subject {
  readonly principal: Principal;
  /** In lower case: actions are compared without regard to case. */
  readonly action: string;
  readonly resource: string;
  /** The value of a condition key given in lower case, or undefined where the request has none. */
  value(lowerCaseKey: string): readonly string[] | undefined;
}

export interface CompiledStatement {
  readonly sid?: string;
  readonly index: number;
  readonly effect: 'Allow' | 'Deny';
  /** Whether action, resource and conditions fit. */
  applies(subject: Subject): boolean;
  /** Whether action and resource fit, whatever the conditions say. */
  concerns(subject: Subject): boolean;
  /** The condition keys that it needs values of, as it writes them: under its conditions and in its variables. */
  contextKeys(): readonly string[];
  /** How the statement names the principal; `exact` in policies that name none, as those hang on the principal. */
  names(principal: Principal): PrincipalMatch;
}

/** A checked policy, ready to be asked many times. Made by `compilePolicy`. */
export interface CompiledPolicy {
  readonly version: '2008-10-17' | '2012-10-17';
  readonly allows: readonly CompiledStatement[];
  readonly denies: readonly CompiledStatement[];
}
