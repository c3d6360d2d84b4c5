import type { VersionCode } from './code/code-image.ts';
import type { UpdateAgentRuntimeCommandInput } from '@aws-sdk/client-bedrock-agentcore-control';
import { randomBytes } from 'node:crypto';
import type { Scope } from '../../store/items.ts';
import type { Store } from '../../store/open-store.ts';
import type { AwsError } from '../../gateway/aws-error.ts';
import { notFound } from './errors.ts';

export const RUNTIME = 'agent-runtime';
export const RUNTIME_VERSION = 'agent-runtime-version';
export const RUNTIME_ENDPOINT = 'agent-runtime-endpoint';
export const DEFAULT_ENDPOINT = 'DEFAULT';

export interface RuntimeItem {
  runtimeId: string;
  name: string;
  createdAt: string;
  latestVersion: number;
  workloadIdentityName: string;
  deleting: boolean;
  tags: Record<string, string>;
}

/** What a caller configures, apart from what is kept elsewhere (name, tags) or sealed (environment variables). */
export type RuntimeConfiguration = Pick<
  Partial<UpdateAgentRuntimeCommandInput>,
  | 'description'
  | 'roleArn'
  | 'agentRuntimeArtifact'
  | 'networkConfiguration'
  | 'protocolConfiguration'
  | 'authorizerConfiguration'
  | 'requestHeaderConfiguration'
  | 'lifecycleConfiguration'
  | 'metadataConfiguration'
>;

export type VersionStatus = 'CREATING' | 'CREATE_FAILED' | 'UPDATING' | 'UPDATE_FAILED' | 'READY' | 'DELETING' | 'DELETE_FAILED';

/** One immutable version of a runtime. */
export interface VersionItem {
  version: number;
  createdAt: string;
  lastUpdatedAt: string;
  status: VersionStatus;
  failureReason?: string;
  configuration: RuntimeConfiguration;
  /** Of a version that was made from a zip. */
  code?: VersionCode;
  /** JSON of the environment variables: they are sensitive in the model, so they are sealed in the state. */
  sealedEnvironment?: string;
}

export interface EndpointItem {
  name: string;
  status: VersionStatus;
  createdAt: string;
  lastUpdatedAt: string;
  /** The version that is served; absent until one was READY. */
  liveVersion?: number;
  targetVersion: number;
  description?: string;
  failureReason?: string;
  tags: Record<string, string>;
}

const ID_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** `<name>-<10 characters>`, as the service makes them. */
export function newRuntimeId(name: string): string {
  return `${name}-${[...randomBytes(10)].map((byte) => ID_ALPHABET[byte % ID_ALPHABET.length]).join('')}`;
}

/** Versions are listed by number: padded, so that 10 comes after 9. */
export const versionId = (runtimeId: string, version: number) => `${runtimeId}/${String(version).padStart(5, '0')}`;
export const endpointId = (runtimeId: string, name: string) => `${runtimeId}/${name}`;

export function findRuntimeByName(store: Store, scope: Scope, name: string): RuntimeItem | undefined {
  // A name holds no hyphen, so the prefix is exact.
  return store.items.list<RuntimeItem>(RUNTIME, scope, { prefix: `${name}-`, limit: 1 })[0]?.value;
}

export function findRuntime(store: Store, scope: Scope, runtimeId: string): RuntimeItem | undefined {
  return store.items.get<RuntimeItem>(RUNTIME, scope, runtimeId);
}

export function requireRuntime(store: Store, scope: Scope, runtimeId: string): RuntimeItem {
  const runtime = findRuntime(store, scope, runtimeId);
  if (!runtime) throw agentNotFound(scope, runtimeId);
  return runtime;
}

/** In the service's words, `null` included: it is what a request without a version has. */
function agentNotFound({ accountId }: Scope, runtimeId: string, version: number | null = null): AwsError {
  return notFound(`Agent with agentId: ${runtimeId}, accountId: ${accountId}, and version: ${version} not found!`);
}

export function requireVersion(store: Store, scope: Scope, runtimeId: string, version: number): VersionItem {
  const item = store.items.get<VersionItem>(RUNTIME_VERSION, scope, versionId(runtimeId, version));
  if (!item) throw agentNotFound(scope, runtimeId, version);
  return item;
}

export function findEndpoint(store: Store, scope: Scope, runtimeId: string, name: string): EndpointItem | undefined {
  return store.items.get<EndpointItem>(RUNTIME_ENDPOINT, scope, endpointId(runtimeId, name));
}

export function listEndpoints(store: Store, scope: Scope, runtimeId: string): EndpointItem[] {
  return store.items.list<EndpointItem>(RUNTIME_ENDPOINT, scope, { prefix: `${runtimeId}/` }).map((item) => item.value);
}

export function readEnvironment(store: Store, version: VersionItem, runtimeId: string): Record<string, string> {
  if (version.sealedEnvironment === undefined) return {};
  const text = store.sealer.open(version.sealedEnvironment, environmentPurpose(runtimeId));
  if (text === undefined) throw new Error(`the environment of ${runtimeId} does not open: seal.key was replaced`);
  return JSON.parse(text) as Record<string, string>;
}

export function sealEnvironment(
  store: Store,
  environment: Record<string, string> | undefined,
  runtimeId: string,
): { sealedEnvironment?: string } {
  return environment === undefined
    ? {}
    : { sealedEnvironment: store.sealer.seal(JSON.stringify(environment), environmentPurpose(runtimeId)) };
}

const environmentPurpose = (runtimeId: string) => `environment:${runtimeId}`;
