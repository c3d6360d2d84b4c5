import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError } from '../gateway/aws-error.ts';
import { readBody } from '../gateway/read-body.ts';
import type { Store } from '../store/open-store.ts';
import { USERS } from './vendor-users.ts';
import type { VerifyToken } from './verify-token.ts';

const SCOPE = { accountId: '-', region: 'global' };
const KIND = 'vendor-note';
const MAX_BODY_BYTES = 10_000;
const MAX_NOTES = 1000;

/** The API that the vendor protects: `GET /notes` with scope `notes:read`, `POST /notes {"text"}` with `notes:write`. Errors as RFC 6750 has them. */
export function createNotesApi(
  store: Store,
  verify: VerifyToken,
  audience: string,
): (request: IncomingMessage, response: ServerResponse, path: string) => Promise<void> {
  return async (request, response, path) => {
    if (path !== '/notes') return send(response, 404, { error: `There is no ${path.slice(0, 100)}. There is /notes.` });
    if (request.method !== 'GET' && request.method !== 'POST') {
      response.setHeader('allow', 'GET, POST');
      return send(response, 405, { error: 'GET lists notes, POST adds one.' });
    }
    const needed = request.method === 'GET' ? 'notes:read' : 'notes:write';
    const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) return refuse(response, 401, {});
    const claims = await verify(token, audience);
    if (!claims)
      return refuse(response, 401, {
        error: 'invalid_token',
        error_description: 'The token is invalid, expired, revoked or not for this API',
      });
    if (
      !String(claims['scope'] ?? '')
        .split(' ')
        .includes(needed)
    )
      return refuse(response, 403, { error: 'insufficient_scope', scope: needed });
    const owner = claims.sub!;
    if (request.method === 'GET') return send(response, 200, { owner, notes: listNotes(owner) });
    return add(request, response, owner);
  };

  async function add(request: IncomingMessage, response: ServerResponse, owner: string): Promise<void> {
    const text = await readText(request);
    if (text === undefined || text === '') return send(response, 400, { error: 'Expected a JSON body {"text":"..."}.' });
    const count = store.items.list(KIND, SCOPE, { prefix: `${owner}/` }).length;
    if (count >= MAX_NOTES) return send(response, 409, { error: `There are ${MAX_NOTES} notes already.` });
    store.items.put(KIND, SCOPE, `${owner}/${String(count).padStart(6, '0')}`, { text });
    return send(response, 201, { owner, text });
  }

  function listNotes(owner: string): string[] {
    const added = store.items.list<{ text: string }>(KIND, SCOPE, { prefix: `${owner}/` });
    return [...(Object.hasOwn(USERS, owner) ? USERS[owner]!.notes : []), ...added.map(({ value }) => value.text)];
  }
}

async function readText(request: IncomingMessage): Promise<string | undefined> {
  try {
    const { text } = JSON.parse((await readBody(request, MAX_BODY_BYTES)).toString('utf8')) as { text?: unknown };
    return typeof text === 'string' ? text : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError || error instanceof AwsError) return undefined;
    throw error;
  }
}

function refuse(response: ServerResponse, status: number, reason: Record<string, string>): void {
  const parameters = Object.entries(reason).map(([name, value]) => `${name}="${value}"`);
  response.setHeader('www-authenticate', ['Bearer realm="notes"', ...parameters].join(', '));
  send(response, status, { error: reason['error'] ?? 'A bearer token is needed.', ...(reason['scope'] ? { scope: reason['scope'] } : {}) });
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  });
  response.end(text);
}
