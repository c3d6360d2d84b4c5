import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { AccessLog } from '../authorization/access-log.ts';
import { administratorKey } from '../credentials/access-keys.ts';
import { EmulatorError } from '../emulator-error.ts';
import type { EmulatorInfo } from '../emulator-info.ts';
import type { EmulatorServices } from '../emulator-services.ts';
import { isHangUp } from '../gateway/create-gateway.ts';
import { AwsError } from '../gateway/aws-error.ts';
import { readBody } from '../gateway/read-body.ts';
import type { ModelStandIn } from '../model/create-model-stand-in.ts';
import { redeemSessionGrant } from '../services/agentcore/session-grant.ts';
import type { StateControl } from '../transfer/state-control.ts';
import { readArrivals, readLogs, type Arrivals } from './read-logs.ts';
import { takeInventory } from './inventory.ts';

interface AdminOptions {
  info: () => EmulatorInfo;
  emulator: EmulatorServices;
  model: ModelStandIn;
  control: StateControl;
  access: AccessLog;
}

type Answer = { status: number; body: unknown } | { stream: Readable };

/** Serves `/_emulator/`: what the emulator says of itself. `health` is open, agents redeem `credentials`, the rest needs the admin token. */
export function createAdminHandler({
  info,
  emulator,
  model,
  control,
  access,
}: AdminOptions): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const guarded: Record<string, (request: IncomingMessage) => Answer | Promise<Answer>> = {
    'GET /_emulator/info': () => ({ status: 200, body: info() }),
    'GET /_emulator/inventory': () => ({ status: 200, body: { resources: takeInventory(emulator) } }),
    'GET /_emulator/model/requests': () => ({ status: 200, body: { requests: model.requests() } }),
    'GET /_emulator/sessions': () => ({ status: 200, body: { sessions: emulator.sessions.host.list() } }),
    'GET /_emulator/logs': (request) => ({ status: 200, body: logs(request) }),
    'GET /_emulator/access': (request) => ({
      status: 200,
      body: { access: access.list({ principal: parameter(request, 'principal'), denied: parameter(request, 'denied') === 'true' }) },
    }),
    'GET /_emulator/export': async (request) => ({
      stream: await control.exportState({ secrets: parameter(request, 'secrets') === 'include' }),
    }),
    'POST /_emulator/import': async (request) => ({
      status: 200,
      body: await control.importState(bodyOf(request), parameter(request, 'name')),
    }),
    'POST /_emulator/accounts': createAccountKey,
    'POST /_emulator/reset': async () => {
      await control.reset();
      return { status: 200, body: {} };
    },
  };

  return async (request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    const route = `${request.method} ${path}`;
    if (route === 'GET /_emulator/health')
      return send(response, { status: 200, body: { status: 'ready', pid: info().pid, version: info().version } });
    if (route === 'GET /_emulator/credentials') return send(response, credentials(request));
    if (!holdsToken(request, info().adminToken)) {
      return send(response, {
        status: 401,
        body: { message: 'This needs the admin token that `agentcore-local start --json` prints, as `Authorization: Bearer TOKEN`.' },
      });
    }
    const handler = guarded[route];
    if (!handler)
      return send(response, {
        status: 404,
        body: { message: `There is no ${route.slice(0, 200)}. There is: ${Object.keys(guarded).join(', ')}.` },
      });
    return send(response, await answer(handler, request));
  };

  /** The youngest lines, or those that came in after the `next` of an answer before. */
  function logs(request: IncomingMessage): Arrivals {
    const group = parameter(request, 'group');
    const after = Number(parameter(request, 'after') ?? Number.NaN);
    if (Number.isSafeInteger(after)) return readArrivals(emulator, { group, after });
    return { lines: readLogs(emulator, { group }), next: emulator.store.logs.lastId() };
  }

  function credentials(request: IncomingMessage): Answer {
    const redeemed = redeemSessionGrant(emulator, request.headers.authorization ?? '');
    if (!redeemed)
      return {
        status: 403,
        body: {
          code: 'AccessDenied',
          message:
            'The token is not one of this emulator, its session has ended, or the execution role that it began with cannot be assumed any more.',
        },
      };
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = redeemed;
    return {
      status: 200,
      body: { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, Token: sessionToken, Expiration: expiration.toISOString() },
    };
  }

  /** Another account is there as soon as somebody has a key for it. */
  async function createAccountKey(request: IncomingMessage): Promise<Answer> {
    const accountId = parseAccountId(await readBody(request, 10_000));
    if (accountId === undefined) return { status: 400, body: { message: 'Expected {"accountId":"<12 digits>"}.' } };
    return { status: 200, body: { accountId, ...administratorKey(emulator.store, accountId) } };
  }
}

/** What whoever asked can put right is told to them, with its code; all else is a bug. */
async function answer(handler: (request: IncomingMessage) => Answer | Promise<Answer>, request: IncomingMessage): Promise<Answer> {
  try {
    return await handler(request);
  } catch (error) {
    if (error instanceof AwsError) return { status: error.status, body: { code: error.code, message: error.message } };
    if (!(error instanceof EmulatorError)) throw error;
    const { code, message } = error;
    return { status: code === 'DATA_DIRECTORY_UNUSABLE' ? 507 : 400, body: { code, message } };
  }
}

/** A body that can be given up: whoever sent it still has its connection, and is told why. */
function bodyOf(request: IncomingMessage): Readable {
  return Readable.from(request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>, { objectMode: false });
}

function parseAccountId(body: Buffer): string | undefined {
  try {
    const { accountId } = JSON.parse(body.toString('utf8')) as { accountId?: unknown };
    return typeof accountId === 'string' && /^\d{12}$/.test(accountId) ? accountId : undefined;
  } catch {
    return undefined;
  }
}

function holdsToken(request: IncomingMessage, adminToken: string): boolean {
  const given = Buffer.from(request.headers.authorization ?? '');
  const expected = Buffer.from(`Bearer ${adminToken}`);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function parameter(request: IncomingMessage, name: string): string | undefined {
  return new URL(request.url ?? '/', 'http://localhost').searchParams.get(name) ?? undefined;
}

async function send(response: ServerResponse, answer: Answer): Promise<void> {
  if ('stream' in answer) {
    response.writeHead(200, { 'content-type': 'application/x-tar', 'cache-control': 'no-store' });
    return pipeline(answer.stream, response).catch((error: unknown) => {
      if (!isHangUp(error)) throw error;
    });
  }
  const { status, body } = answer;
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  });
  response.end(text);
}
