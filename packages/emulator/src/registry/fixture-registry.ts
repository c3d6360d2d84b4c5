import { createHash, createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import type { Authorizer } from '../authorization/create-authorizer.ts';
import { administratorKey } from '../credentials/access-keys.ts';
import { createAuthenticator } from '../credentials/authenticate.ts';
import { issueTemporaryCredentials } from '../credentials/temporary-credentials.ts';
import type { EmulatorServices } from '../emulator-services.ts';
import { AwsError } from '../gateway/aws-error.ts';
import { createGateway } from '../gateway/create-gateway.ts';
import { loadModels } from '../load-models.ts';
import { ecrOperations } from '../services/ecr/index.ts';
import { openStore } from '../store/open-store.ts';
import { createBlobStore } from './blob-store.ts';
import { createRegistryHandler } from './create-registry-handler.ts';
import { OCI_CONFIG, OCI_MANIFEST } from './manifest.ts';
import type { RegistryServices } from './names.ts';

export const ACCOUNT = '111122223333';
export const OTHER_ACCOUNT = '444455556666';

export interface TestRegistry {
  endpoint: string;
  services: RegistryServices;
  /** Moves the clock. */
  clock: { skewMs: number };
  /** Faults of ours. `stop` and `restart` throw them. */
  faults: unknown[];
  /** The official client, as an account's administrator. */
  ecr(accountId?: string): ECRClient;
  /** As a session of a role that may do `actions` only, as long as `policies` (none here) do not say otherwise. */
  ecrAs(actions: readonly string[], accountId?: string): ECRClient;
  /** Calls an operation past the client, which would not send some inputs. The administrator asks, unsigned fields and all. */
  call(operation: string, input: unknown): Promise<{ status: number; body: Record<string, unknown> }>;
  /** An `Authorization` value for the distribution API. */
  login(client?: ECRClient): Promise<string>;
  /** Closes it and opens it again over the same directory. */
  restart(): Promise<TestRegistry>;
  stop(): Promise<void>;
}

/** ECR and the distribution API on one port, with real signatures. Roles are allowed the actions that their name lists. */
export async function startRegistry({ directory }: { directory?: string } = {}): Promise<TestRegistry> {
  const home = directory ?? (await mkdtemp(join(tmpdir(), 'registry-')));
  const store = openStore({ directory: home, ephemeral: true });
  const clock = { skewMs: 0 };
  const now = () => new Date(Date.now() + clock.skewMs);
  const faults: unknown[] = [];
  const authorizer: Authorizer = {
    require({ principal }, { action, resources }) {
      const allowed = principal.type === 'user' || principal.tags?.['actions']?.split(' ').includes(action);
      if (!allowed) {
        throw new AwsError(
          'AccessDenied',
          403,
          `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resources[0]} because no identity-based policy allows the ${action} action`,
        );
      }
    },
  };
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const services: RegistryServices = { store, blobs: createBlobStore(join(home, 'blobs')), endpoint, now };
  const registry = createRegistryHandler({ emulator: services, authorizer });
  const gateway = createGateway({
    models: loadModels(),
    services: { ecr: ecrOperations },
    emulator: services as EmulatorServices,
    authenticate: createAuthenticator(store, () => new Date()),
    authorizer,
    onFault: (error) => faults.push(error),
  });
  server.on('request', (request, response) => {
    const handle = request.url?.startsWith('/v2') ? registry : gateway;
    handle(request, response).catch((error: unknown) => faults.push(error));
  });

  const clients: ECRClient[] = [];
  const client = (credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }) => {
    const made = new ECRClient({ endpoint, region: 'eu-west-1', credentials, maxAttempts: 1 });
    clients.push(made);
    return made;
  };
  const close = async () => {
    for (const each of clients) each.destroy();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
    store.close();
    if (faults.length > 0) throw new AggregateError(faults, 'the registry had faults');
  };
  const ecr = (accountId = ACCOUNT) => client(administratorKey(store, accountId));
  return {
    endpoint,
    services,
    clock,
    faults,
    ecr,
    ecrAs(actions, accountId = ACCOUNT) {
      const principal = {
        type: 'role' as const,
        arn: `arn:aws:sts::${accountId}:assumed-role/pusher/session`,
        accountId,
        tags: { actions: actions.join(' ') },
      };
      return client(issueTemporaryCredentials(store, { principal, expiration: new Date(Date.now() + 3_600_000) }));
    },
    async call(operation, input) {
      const { accessKeyId, secretAccessKey } = administratorKey(store, ACCOUNT);
      const body = JSON.stringify(input);
      const date = `${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;
      const headers = {
        'content-type': 'application/x-amz-json-1.1',
        host: new URL(endpoint).host,
        'x-amz-date': date,
        'x-amz-target': `AmazonEC2ContainerRegistry_V20150921.${operation}`,
      };
      const authorization = sign({ accessKeyId, secretAccessKey, body, headers, date });
      const response = await fetch(endpoint, { method: 'POST', headers: { ...headers, authorization }, body });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    },
    async login(as = ecr()) {
      const { authorizationData } = await as.send(new GetAuthorizationTokenCommand({}));
      return `Basic ${authorizationData![0]!.authorizationToken}`;
    },
    async restart() {
      await close();
      return startRegistry({ directory: home });
    },
    async stop() {
      await close().finally(() => rm(home, { recursive: true, force: true }));
    },
  };
}

/** Signature version 4 of a POST to `/`. */
function sign({
  accessKeyId,
  secretAccessKey,
  body,
  headers,
  date,
}: {
  accessKeyId: string;
  secretAccessKey: string;
  body: string;
  headers: Record<string, string>;
  date: string;
}): string {
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const scope = `${date.slice(0, 8)}/eu-west-1/ecr/aws4_request`;
  const names = Object.keys(headers).sort();
  const canonical = ['POST', '/', '', ...names.map((name) => `${name}:${headers[name]}`), '', names.join(';'), sha256(body)].join('\n');
  const key = ['eu-west-1', 'ecr', 'aws4_request'].reduce<string | Buffer>(hmac, hmac(`AWS4${secretAccessKey}`, date.slice(0, 8)));
  const signature = hmac(key, ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n')).toString('hex');
  return `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
}

export interface TestBlob {
  bytes: Buffer;
  digest: string;
}

export function blobOf(content: string | Buffer = randomBytes(1000)): TestBlob {
  const bytes = Buffer.from(content as Buffer);
  return { bytes, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` };
}

export interface TestImage {
  config: TestBlob;
  layer: TestBlob;
  manifest: TestBlob;
}

/** A small image: a configuration, one layer, and the manifest that names them. */
export function imageOf({
  architecture = 'arm64',
  os = 'linux',
  layer = blobOf(),
}: { architecture?: string; os?: string; layer?: TestBlob } = {}): TestImage {
  const config = blobOf(
    JSON.stringify({ architecture, os, config: { Entrypoint: ['node'] }, rootfs: { type: 'layers', diff_ids: [layer.digest] } }),
  );
  const manifest = blobOf(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: OCI_MANIFEST,
      config: { mediaType: OCI_CONFIG, digest: config.digest, size: config.bytes.length },
      layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: layer.digest, size: layer.bytes.length }],
    }),
  );
  return { config, layer, manifest };
}

/** Pushes over the distribution API. */
export async function push(
  registry: TestRegistry,
  authorization: string,
  name: string,
  image: TestImage,
  reference: string = image.manifest.digest,
): Promise<Response> {
  for (const { bytes, digest } of [image.config, image.layer]) await putBlob(registry, authorization, name, bytes, digest);
  return fetch(`${registry.endpoint}/v2/${name}/manifests/${reference}`, {
    method: 'PUT',
    headers: { authorization, 'content-type': OCI_MANIFEST },
    body: new Uint8Array(image.manifest.bytes),
  });
}

export function putBlob({ endpoint }: TestRegistry, authorization: string, name: string, bytes: Buffer, digest: string): Promise<Response> {
  return fetch(`${endpoint}/v2/${name}/blobs/uploads/?digest=${digest}`, {
    method: 'POST',
    headers: { authorization },
    body: new Uint8Array(bytes),
  });
}

/** The code of the distribution API's first error. */
export async function codeOf(response: Response): Promise<string | undefined> {
  const { errors } = (await response.json()) as { errors: { code: string }[] };
  return errors[0]?.code;
}
