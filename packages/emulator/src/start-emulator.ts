import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createAdminHandler } from './admin/create-admin-handler.ts';
import { takeInventory, type InventoryEntry } from './admin/inventory.ts';
import { createAuthorizer } from './authorization/create-authorizer.ts';
import { createBackground } from './background.ts';
import { checkOptions } from './check-options.ts';
import { refuseForeign } from './check-origin.ts';
import { administratorKey } from './credentials/access-keys.ts';
import { createAuthenticator } from './credentials/authenticate.ts';
import { EmulatorError } from './emulator-error.ts';
import { environmentOf, type EmulatorInfo } from './emulator-info.ts';
import type { EmulatorServices } from './emulator-services.ts';
import { createGateway } from './gateway/create-gateway.ts';
import { createJwtVerifier } from './jwt/create-jwt-verifier.ts';
import { listen } from './listen.ts';
import { loadModels } from './load-models.ts';
import { lockDirectory } from './locator.ts';
import { createModelStandIn } from './model/create-model-stand-in.ts';
import { modelKey } from './model-key.ts';
import { createBlobStore } from './registry/blob-store.ts';
import { createRegistryHandler } from './registry/create-registry-handler.ts';
import { createAgentSessions, type AgentSessions } from './services/agentcore/agent-sessions.ts';
import { createProtectedResourceHandler } from './services/agentcore/data/protected-resource.ts';
import { createConsentHandler } from './services/agentcore/oauth2/create-consent-handler.ts';
import { createOauth2 } from './services/agentcore/oauth2/create-oauth2.ts';
import { services } from './services/index.ts';
import { createSessionHost } from './sessions/session-host.ts';
import type { SessionEvent } from './sessions/types.ts';
import { openStore } from './store/open-store.ts';
import { createVendor } from './vendor/create-vendor.ts';
import { vendorInfo } from './vendor/vendor-info.ts';
import { VERSION } from './version.ts';

export interface EmulatorOptions {
  /** TCP port on 127.0.0.1. Default: 0, any free one. */
  port?: number;
  /** 12 digits. Default: 123456789012. */
  accountId?: string;
  /** Default: us-west-2. Every region can be used; this is the one that `env` names. */
  region?: string;
  /** Where the state is kept. Default: ~/.agentcore-local */
  dataDirectory?: string;
  /** Keeps nothing: the state is in a temporary directory that `stop` removes. */
  ephemeral?: boolean;
  /** `off` lets every signed request through; signatures are verified all the same. Default: enforce. */
  iam?: 'enforce' | 'off';
  /** How long states such as CREATING last at least, in milliseconds. Default: 200. */
  stateDelayMs?: number;
  /**
   * Where built-in OAuth2 vendors are, by name, e.g. `{ GithubOauth2: 'https://.../.well-known/openid-configuration' }`. Default: all of them are
   * the vendor on loopback, so that nothing leaves this machine unasked.
   */
  vendors?: Readonly<Record<string, string>>;
  /** Told what happens to agent sessions, the lines that agents print among it. */
  onSessionEvent?(event: SessionEvent): void;
  /** Told of faults of the emulator itself. Default: printed to standard error. */
  onFault?(error: unknown, operation: string): void;
}

export interface Emulator extends EmulatorInfo {
  /** Environment variables that point SDKs and CLIs here. */
  env: Record<string, string>;
  iam: 'enforce' | 'off';
  dataDirectory: string;
  /** Every resource of every account and region, and every live session. */
  inventory(): InventoryEntry[];
  /** Ends sessions, finishes or breaks off what is under way, and frees the port. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Starts AWS on this machine: one HTTP port on loopback that serves AgentCore, IAM, STS, ECR, Secrets Manager and a model.
 *
 * @throws EmulatorError INVALID_OPTION, ALREADY_RUNNING, PORT_IN_USE, DATA_DIRECTORY_UNUSABLE
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const {
    port = 0,
    accountId = '123456789012',
    region = 'us-west-2',
    ephemeral = false,
    iam = 'enforce',
    stateDelayMs = 200,
    vendors = {},
    onSessionEvent = () => {},
    onFault = printFault,
  } = options;
  checkOptions({ port, accountId, region, iam, stateDelayMs, vendors });
  const dataDirectory = ephemeral
    ? await mkdtemp(join(tmpdir(), 'agentcore-local-'))
    : makeDirectory(resolve(options.dataDirectory ?? join(homedir(), '.agentcore-local')));
  const now = () => new Date();

  const lock = lockDirectory(dataDirectory);
  const store = openStore({ directory: dataDirectory, ephemeral });
  const background = createBackground((error) => onFault(error, 'background'));
  const authorizer = createAuthorizer({ store, enforce: iam === 'enforce', now });
  const host = createSessionHost({
    cacheDir: join(dataDirectory, 'cache'),
    sessionsDir: join(dataDirectory, 'sessions'),
    log: onSessionEvent,
  });

  const cleanUp = async () => {
    await background.stop();
    await host.close();
    store.close();
    lock.release();
    if (ephemeral) await rm(dataDirectory, { recursive: true, force: true, maxRetries: 5 });
  };

  let handle: (request: IncomingMessage, response: ServerResponse) => Promise<void> = async (_request, response) =>
    void response.writeHead(503).end();
  const server = await listen(port, (request, response) => {
    const refusal = refuseForeign(request);
    if (refusal !== undefined) return void response.writeHead(403, { 'content-type': 'text/plain' }).end(`${refusal}\n`);
    handle(request, response).catch((error: unknown) => {
      onFault(error, request.url ?? '');
      response.destroy();
    });
  }).catch(async (error: unknown) => {
    await cleanUp();
    throw error;
  });

  const endpoint = `http://127.0.0.1:${server.port}`;
  const info: EmulatorInfo = {
    endpoint,
    region,
    accountId,
    ...administratorKey(store, accountId),
    modelEndpoint: `http://127.0.0.1:${server.port}/v1`,
    modelApiKey: modelKey(store),
    vendor: vendorInfo(store, endpoint),
    adminToken: randomBytes(24).toString('base64url'),
    pid: process.pid,
    version: VERSION,
  };
  const emulator: EmulatorServices & { sessions: AgentSessions } = {
    store,
    blobs: createBlobStore(join(dataDirectory, 'blobs')),
    sessions: createAgentSessions({ emulator: () => emulator, authorizer, host }),
    oauth2: createOauth2({ vendors, loopbackVendor: info.vendor.discoveryUrl, now }),
    jwt: createJwtVerifier({ now }),
    endpoint,
    stateDelayMs,
    now,
    background: background.run,
  };
  const model = createModelStandIn({ isValidKey: (key) => key === info.modelApiKey });
  const admin = createAdminHandler({ info: () => info, emulator, model });
  const registry = createRegistryHandler({ emulator, authorizer });
  // What anybody may ask without a signature, because a browser or a client without a token does.
  const open = [createConsentHandler(emulator), createProtectedResourceHandler(emulator)];
  const vendor = createVendor({ store, now, endpoint, info: info.vendor, onFault });
  const gateway = createGateway({
    models: loadModels(),
    services,
    emulator,
    authenticate: createAuthenticator(store, now),
    authorizer,
    onFault,
  });
  handle = (request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    if (path.startsWith('/_emulator/')) return admin(request, response);
    if (path === '/v2' || path.startsWith('/v2/')) return registry(request, response);
    if (model.matches(path)) return model.handle(request, response);
    if (vendor.matches(path)) return vendor.handle(request, response);
    const page = open.find(({ matches }) => matches(request.method ?? '', path));
    return page ? page.handle(request, response) : gateway(request, response);
  };
  emulator.sessions.resume();
  lock.publish(info);

  let stopping: Promise<void> | undefined;
  return {
    ...info,
    env: environmentOf(info),
    iam,
    dataDirectory,
    inventory: () => takeInventory(emulator),
    stop: () => (stopping ??= server.close().then(cleanUp)),
  };
}

function makeDirectory(directory: string): string {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    return directory;
  } catch (cause) {
    throw new EmulatorError(
      'DATA_DIRECTORY_UNUSABLE',
      `The data directory ${directory} cannot be made: ${(cause as Error).message}. Give another one with --data, or use --ephemeral.`,
      { cause },
    );
  }
}

function printFault(error: unknown, operation: string): void {
  console.error(`agentcore-local: a bug of the emulator, in ${operation}:`, error);
}
