import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { createAdminHandler } from './admin/create-admin-handler.ts';
import { readLogs, type LogLine } from './admin/read-logs.ts';
import { takeInventory, type InventoryEntry } from './admin/inventory.ts';
import { createAccessLog, type AccessFilter, type AccessRecord } from './authorization/access-log.ts';
import { createAuthorizer, type AccessDecision } from './authorization/create-authorizer.ts';
import { createBackground } from './background.ts';
import { checkOptions } from './check-options.ts';
import { refuseAmbiguous, refuseForeign } from './check-origin.ts';
import { administratorKey } from './credentials/access-keys.ts';
import { createAuthenticator } from './credentials/authenticate.ts';
import { EmulatorError } from './emulator-error.ts';
import { environmentOf, type EmulatorInfo } from './emulator-info.ts';
import type { EmulatorServices } from './emulator-services.ts';
import { createGate } from './gate.ts';
import { createGateway } from './gateway/create-gateway.ts';
import { createJwtVerifier } from './jwt/create-jwt-verifier.ts';
import { listen, type UpgradeListener } from './listen.ts';
import { loadModels } from './load-models.ts';
import { createModelStandIn } from './model/create-model-stand-in.ts';
import { modelKey } from './model-key.ts';
import { createBlobStore } from './registry/blob-store.ts';
import { createRegistryHandler } from './registry/create-registry-handler.ts';
import { createAgentLogs } from './services/agentcore/agent-logs.ts';
import { createAgentSessions, type AgentSessions } from './services/agentcore/agent-sessions.ts';
import { createCors } from './services/agentcore/data/create-cors.ts';
import { createProtectedResourceHandler } from './services/agentcore/data/protected-resource.ts';
import { createConsentHandler } from './services/agentcore/oauth2/create-consent-handler.ts';
import { createOauth2 } from './services/agentcore/oauth2/create-oauth2.ts';
import { createWebSocketHandler, isAgentWebSocket } from './services/agentcore/data/create-websocket-handler.ts';
import { services } from './services/index.ts';
import { createLazyS3 } from './services/s3/lazy-s3.ts';
import { requireBubblewrap } from './sessions/require-bubblewrap.ts';
import { SessionError } from './sessions/session-error.ts';
import { createSessionHost } from './sessions/session-host.ts';
import type { Isolation, SessionEvent } from './sessions/types.ts';
import { keepDirectory, makeEphemeralDirectory } from './store/ephemeral-directory.ts';
import { openDirectory } from './store/open-directory.ts';
import type { ExportOptions } from './transfer/export-state.ts';
import { createStateControl } from './transfer/state-control.ts';
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
  /** Keeps nothing: the state is in a temporary directory that `stop` removes, or, of an emulator that was killed, the next such start. */
  ephemeral?: boolean;
  /** `off` lets every signed request through; signatures are verified all the same. Default: enforce. */
  iam?: 'enforce' | 'off';
  /**
   * Whether agents see the files and processes of this machine and of each other. `auto` keeps them apart with bubblewrap where it is installed
   * and works, `bubblewrap` refuses to start without it, and so does `container` without podman. Default: auto.
   */
  isolation?: Isolation;
  /** Of `container`: the engine's name on PATH, or its path. Default: the first of podman and docker that is there; it has to be podman. */
  containerEngine?: string | undefined;
  /**
   * Of `container`: more arguments for the engine's `run`. What stands before a word `--` goes in front of each of its commands instead.
   * Default: AGENTCORE_CONTAINER_ARGS of the environment.
   */
  containerArguments?: string | undefined;
  /** Sessions alive at once; one more is refused with ThrottlingException. Default: 100. */
  maxSessions?: number;
  /** Seconds of a session's life (idle time-out, maximum lifetime) that pass in one real second. Default: 1. */
  sessionTimeScale?: number;
  /** How long states such as CREATING last at least, in milliseconds. Default: 200. */
  stateDelayMs?: number;
  /**
   * Where built-in OAuth2 vendors are, by name, e.g. `{ GithubOauth2: 'https://.../.well-known/openid-configuration' }`. Default: all of them are
   * the vendor on loopback, so that nothing leaves this machine unasked.
   */
  vendors?: Readonly<Record<string, string>>;
  /** Told what happens to agent sessions, the lines that agents print among it. */
  onSessionEvent?(event: SessionEvent): void;
  /** Told of everything that a policy was asked for, and what it answered. Not with `iam: 'off'`. */
  onAccess?(decision: AccessDecision): void;
  /** Called with what AWS keeps to itself and a developer wants to know, such as why an OAuth2 vendor gave no token. Default: printed to standard error. */
  onNotice?(message: string): void;
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
  /** The youngest lines that agents printed, of every log group or of one, the oldest first. At most `limit` (1000). */
  logs(options?: { group?: string | undefined; limit?: number }): LogLine[];
  /** What IAM was asked since the start or the last reset, by whom, and what it said: the longest ago first, at most 5,000. Nothing with `iam: 'off'`. */
  access(filter?: AccessFilter): AccessRecord[];
  /** Ends every session and deletes everything of every account. The keys with which the emulator is reached stay. */
  reset(): Promise<void>;
  /** The whole state as a tar stream, for `importState`. Without `secrets` it holds no value of a secret, and no key. */
  exportState(options?: ExportOptions): Promise<Readable>;
  /** Ends sessions, finishes or breaks off what is under way, and frees the port. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Starts AWS on this machine: one HTTP port on loopback that serves AgentCore, IAM, STS, ECR, S3, Secrets Manager and a model.
 *
 * @throws EmulatorError INVALID_OPTION, ISOLATION_UNAVAILABLE, ALREADY_RUNNING, DIRECTORY_BUSY, PORT_IN_USE, DATA_DIRECTORY_UNUSABLE, STATE_DAMAGED, STATE_TOO_NEW
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const {
    port = 0,
    accountId = '123456789012',
    region = 'us-west-2',
    ephemeral = false,
    iam = 'enforce',
    isolation = 'auto',
    containerEngine,
    containerArguments = process.env['AGENTCORE_CONTAINER_ARGS'],
    maxSessions = 100,
    sessionTimeScale = 1,
    stateDelayMs = 200,
    vendors = {},
    onSessionEvent = () => {},
    onNotice = printNotice,
    onFault = printFault,
  } = options;
  const { dataDirectory: given } = options;
  checkOptions({
    port,
    accountId,
    region,
    dataDirectory: given,
    iam,
    isolation,
    containerEngine,
    maxSessions,
    sessionTimeScale,
    stateDelayMs,
    vendors,
  });
  if (isolation === 'bubblewrap') await requireBubblewrap();
  const dataDirectory = ephemeral ? await makeEphemeralDirectory() : resolve(given ?? join(homedir(), '.agentcore-local'));
  const now = () => new Date();

  const { store, lock, close } = await openDirectory(dataDirectory, { ephemeral });
  if (!ephemeral) keepDirectory(dataDirectory);
  const adminToken = randomBytes(24).toString('base64url');
  const gate = createGate();
  let emulator: EmulatorServices & { sessions: AgentSessions };
  const newBackground = () => createBackground((error) => onFault(error, 'background'));
  let background = newBackground();
  const access = createAccessLog(now);
  const onDecision = (decision: AccessDecision): void => {
    access.record(decision);
    options.onAccess?.(decision);
  };
  const authorizer = createAuthorizer({ store, enforce: iam === 'enforce', now, onDecision });
  const host = createSessionHost({
    cacheDir: join(dataDirectory, 'cache'),
    sessionsDir: join(dataDirectory, 'sessions'),
    isolation,
    containerEngine,
    containerArguments,
    maxSessions,
    timeScale: sessionTimeScale,
    log: (event) => {
      logs.handle(event);
      onSessionEvent(event);
    },
  });
  const logs = createAgentLogs({ emulator: () => emulator, authorizer, onFault: (error) => onFault(error, 'logs of agents') });

  const cleanUp = async () => {
    await background.stop();
    await host.close();
    logs.flush();
    close();
    if (ephemeral) await rm(dataDirectory, { recursive: true, force: true, maxRetries: 5 });
  };

  // Containers of an emulator that was killed may still run, and not every machine can run any.
  if (isolation === 'container') {
    await host.open().catch(async (error: unknown) => {
      await cleanUp();
      throw error instanceof SessionError ? new EmulatorError('ISOLATION_UNAVAILABLE', error.message, { cause: error }) : error;
    });
  }

  let connect: UpgradeListener['handle'] = (_request, socket) => void socket.destroy();
  let handle: (request: IncomingMessage, response: ServerResponse) => Promise<void> = async (_request, response) =>
    void response.writeHead(503).end();
  const server = await listen(
    port,
    (request, response) => {
      const ambiguity = refuseAmbiguous(request);
      if (ambiguity !== undefined) return void response.writeHead(400, { 'content-type': 'text/plain' }).end(`${ambiguity}\n`);
      const refusal = refuseForeign(request);
      if (refusal !== undefined) return void response.writeHead(403, { 'content-type': 'text/plain' }).end(`${refusal}\n`);
      handle(request, response).catch((error: unknown) => {
        onFault(error, request.url ?? '');
        response.destroy();
      });
    },
    {
      matches: (request) => refuseAmbiguous(request) === undefined && refuseForeign(request) === undefined && isAgentWebSocket(request),
      handle: (...upgrade) => connect(...upgrade),
    },
  ).catch(async (error: unknown) => {
    await cleanUp();
    throw error;
  });

  const control = createStateControl({
    store,
    now,
    replace: (work) =>
      gate.alone(async (empty) => {
        await Promise.all([background.stop(), host.stopAll()]);
        await empty();
        // What a request that was under way has started meanwhile.
        await host.stopAll();
        logs.flush();
        background = newBackground();
        access.clear();
        // Whatever was read from the state before is read anew.
        await work().finally(assemble);
      }),
  });

  try {
    const info = assemble();
    let stopping: Promise<void> | undefined;
    return {
      ...info,
      env: environmentOf(info),
      iam,
      dataDirectory,
      inventory: () => takeInventory(emulator),
      logs: (wanted) => {
        logs.flush();
        return readLogs(emulator, wanted);
      },
      access: (filter) => access.list(filter),
      reset: control.reset,
      exportState: control.exportState,
      stop: () => (stopping ??= server.close().then(() => gate.alone(cleanUp))),
    };
  } catch (error) {
    await server.close();
    await cleanUp();
    throw error;
  }

  /** Puts the parts together on what the state is now, and serves. */
  function assemble(): EmulatorInfo {
    const endpoint = `http://127.0.0.1:${server.port}`;
    const info: EmulatorInfo = {
      endpoint,
      region,
      accountId,
      ...administratorKey(store, accountId),
      modelEndpoint: `http://127.0.0.1:${server.port}/v1`,
      modelApiKey: modelKey(store),
      vendor: vendorInfo(store, endpoint),
      adminToken,
      pid: process.pid,
      version: VERSION,
    };
    emulator = {
      store,
      blobs: createBlobStore(join(dataDirectory, 'blobs')),
      objects: createBlobStore(join(dataDirectory, 'objects')),
      sessions: createAgentSessions({ emulator: () => emulator, authorizer, host, logs }),
      oauth2: createOauth2({ vendors, loopbackVendor: info.vendor.discoveryUrl, now }),
      jwt: createJwtVerifier({ now }),
      endpoint,
      stateDelayMs,
      now,
      notice: onNotice,
      background: (work) => background.run(work),
    };
    const model = createModelStandIn({ isValidKey: (key) => key === info.modelApiKey });
    const admin = createAdminHandler({ info: () => info, emulator, model, control, access });
    const registry = createRegistryHandler({ emulator, authorizer });
    // What anybody may ask without a signature, because a browser or a client without a token does.
    const open = [createConsentHandler(emulator), createProtectedResourceHandler(emulator)];
    const cors = createCors(emulator);
    const vendor = createVendor({ store, now, endpoint, info: info.vendor, onFault });
    const authenticate = createAuthenticator(store, now);
    const models = loadModels();
    const s3 = createLazyS3({ emulator, authenticate, authorizer, onFault }, models);
    const webSockets = createWebSocketHandler({ emulator, authenticate, authorizer, onFault });
    connect = (request, socket, head) => void gate.pass(() => webSockets(request, socket, head));
    const gateway = createGateway({
      models,
      services,
      emulator,
      authenticate,
      authorizer,
      onFault,
    });
    handle = (request, response) => {
      const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
      return path.startsWith('/_emulator/') ? admin(request, response) : gate.pass(() => serve(path, request, response));
    };
    const serve = (path: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
      if (s3.matches(request)) return s3.handle(request, response);
      // Services have paths like the registry's and the model's; only theirs are signed.
      if (isSignedForAws(request)) return gateway(request, response);
      if (path === '/v2' || path.startsWith('/v2/')) return registry(request, response);
      if (model.matches(path)) return model.handle(request, response);
      if (vendor.matches(path)) return vendor.handle(request, response);
      if (cors.apply(path, request, response)) return Promise.resolve();
      const page = open.find(({ matches }) => matches(request.method ?? '', path));
      if (page) return page.handle(request, response);
      return s3.matchesUnsigned(request) ? s3.handle(request, response) : gateway(request, response);
    };
    emulator.sessions.resume();
    lock.publish(info);
    return info;
  }
}

function isSignedForAws({ headers, url = '' }: IncomingMessage): boolean {
  return (headers.authorization?.startsWith('AWS4-') ?? false) || /[?&]X-Amz-Credential=/i.test(url);
}

function printNotice(message: string): void {
  console.error(`agentcore-local: ${message}`);
}

function printFault(error: unknown, operation: string): void {
  // The disk's fault, not a bug: what to do about it is in the message.
  if (error instanceof EmulatorError) return console.error(`agentcore-local: ${error.message} [${error.code}]`);
  console.error(`agentcore-local: a bug of the emulator, in ${operation}:`, error);
}
