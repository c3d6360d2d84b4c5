import type { PolicyStatement } from '../policies/statement.ts';

/** What may be said about an agent. Only `name` is needed to find one; `entry` is needed to deploy one. */
export interface AgentDefinition {
  /** Name of the runtime: a letter, then letters, digits and `_`, at most 48 in all. */
  name: string;
  /** The TypeScript or JavaScript file that starts the agent's server. A URL (`new URL('./agent.ts', import.meta.url)`) or a path. */
  entry?: URL | string;
  /**
   * How the code reaches AgentCore. `image` (default): a layer on `base`, in ECR. `zip`: in S3, for the platform's own Node 22; smaller and without an
   * image to keep, but without an operating system of your own.
   */
  artifact?: 'image' | 'zip';
  /** AWS region. Default: `AWS_REGION`, `AWS_DEFAULT_REGION`, then the profile's. */
  region?: string;
  /**
   * An image of your own in ECR (`eject()` helps to make one), by digest, or by a tag: then the runtime gets the digest that the
   * tag means now. Nothing is built and pushed, `entry` and `base` are not used, and the repository stays yours.
   */
  image?: string;
  /**
   * Base image with Node for linux/arm64. Default `public.ecr.aws/docker/library/node:22-slim`. Add `@sha256:...` to pin it:
   * a tag follows the security fixes of its publisher, so the image changes when they publish.
   */
  base?: string;
  /** Credential providers that the agent may read, by name: the role gets exactly the statements for these. */
  credentials?: readonly CredentialUse[];
  /** More permissions for the agent, as inline policies of their own. One that is taken out of here is taken off the role. */
  policies?: Readonly<Record<string, readonly PolicyStatement[]>>;
  /** ARN of a role of your own. It is used as it is: never changed and never deleted, so `credentials` and `policies` are yours to attach. */
  role?: string;
  /** Environment of the agent, at most 50. Not for secrets: whoever may read the runtime reads them. Left out: unchanged. */
  env?: Readonly<Record<string, string>>;
  /** Tags of everything that is created. */
  tags?: Readonly<Record<string, string>>;
  description?: string;
  /** In seconds, 60 to 28,800. The service's defaults are 900 (idle) and 28,800 (in all); idle must not be more than in all. */
  lifecycle?: { idleSessionSeconds?: number; maxLifetimeSeconds?: number };
  /** `PUBLIC` (default) or a VPC. */
  network?: 'PUBLIC' | { subnets: readonly string[]; securityGroups: readonly string[] };
  /** Lets callers in with a JWT of this issuer instead of an AWS signature. */
  authorizer?: {
    discoveryUrl: string;
    allowedAudience?: readonly string[];
    allowedClients?: readonly string[];
    allowedScopes?: readonly string[];
  };
  /** Default `HTTP`. */
  protocol?: 'A2A' | 'AGUI' | 'HTTP' | 'MCP';
  /** Request headers of callers that reach the agent, at most 20. */
  requestHeaders?: readonly string[];
  /** Takes over resources of these names that this package did not make. Without it they are refused. */
  adopt?: boolean;
  /** For the AWS SDK clients, where the environment does not say it. */
  aws?: AwsOptions;
}

/** The name of an API-key provider, or a provider of either kind. */
export type CredentialUse = string | { name: string; kind: 'api-key' | 'oauth2' };

export interface AwsOptions {
  /** A base URL for every service, as `AWS_ENDPOINT_URL` is. */
  endpoint?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  /** Attempts of a call that breaks off or gets a 5xx answer. Default 5. One that is throttled is repeated until the deadline. */
  maxAttempts?: number;
}
