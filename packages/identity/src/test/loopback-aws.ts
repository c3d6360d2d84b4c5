import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { IdentityClient, type IdentityClientOptions } from '../index.ts';
import { verifySignature } from './verify-signature.ts';

/** A request as it came over the wire. */
export interface Recorded {
  path: string;
  body: Record<string, unknown>;
  region: string;
  accessKeyId: string;
}

/** What AWS would answer: a body, or one of its errors. */
export type Answer = Record<string, unknown> | AwsFailure;

export interface AwsFailure {
  errorType: string;
  status: number;
  message: string;
  /** Of a ValidationException. */
  fieldList?: { name: string; message: string }[];
}

export type Respond = (body: Record<string, unknown>, request: Recorded) => Answer | Promise<Answer>;

export interface LoopbackAws extends AsyncDisposable {
  endpoint: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  requests: Recorded[];
  /** The recorded bodies of one path. */
  bodies(path: string): Record<string, unknown>[];
  on(path: string, respond: Respond): void;
  client(options?: IdentityClientOptions): IdentityClient;
}

/**
 * An HTTP server that speaks as AgentCore Identity does: it verifies signatures, records the wire, and answers as restJson1 with request ids.
 * What a path answers is the test's business; a path that nobody spoke for is refused.
 */
export async function loopbackAws(): Promise<LoopbackAws> {
  const credentials = { accessKeyId: 'AKIALOOPBACK00000001', secretAccessKey: `secret/${randomUUID()}` };
  const requests: Recorded[] = [];
  const responders = new Map<string, Respond>();
  const clients: IdentityClient[] = [];

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    const path = request.url ?? '/';
    const verdict = verifySignature(request, bytes, credentials.secretAccessKey);
    if (!verdict.ok)
      return send(response, {
        errorType: 'InvalidSignatureException',
        status: 403,
        message: `The request signature is wrong: ${verdict.why}`,
      });
    if (verdict.service !== 'bedrock-agentcore')
      return send(response, {
        errorType: 'InvalidSignatureException',
        status: 403,
        message: `Credential should be scoped to bedrock-agentcore`,
      });
    const body = JSON.parse(bytes.toString() || '{}') as Record<string, unknown>;
    const recorded = { path, body, region: verdict.region, accessKeyId: verdict.accessKeyId };
    requests.push(recorded);
    const respond = request.method === 'POST' ? responders.get(path) : undefined;
    if (respond === undefined)
      return send(response, { errorType: 'UnknownOperationException', status: 404, message: `${request.method} ${path} was not expected` });
    send(response, await respond(body, recorded));
  };

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (!response.destroyed) send(response, { errorType: 'InternalServerException', status: 500, message: String(error) });
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    endpoint,
    credentials,
    requests,
    bodies: (path) => requests.filter((request) => request.path === path).map(({ body }) => body),
    on: (path, respond) => void responders.set(path, respond),
    client(options = {}) {
      const client = new IdentityClient({ region: 'us-west-2', endpoint, credentials, ...options });
      clients.push(client);
      return client;
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function send(response: ServerResponse, answer: Answer): void {
  const requestId = randomUUID();
  const headers: Record<string, string> = { 'content-type': 'application/json', 'x-amzn-requestid': requestId };
  if (isFailure(answer)) {
    const { errorType, status, ...body } = answer;
    response.writeHead(status, { ...headers, 'x-amzn-errortype': errorType });
    response.end(JSON.stringify(body));
  } else {
    response.writeHead(200, headers);
    response.end(JSON.stringify(answer));
  }
}

function isFailure(answer: Answer): answer is AwsFailure {
  return 'errorType' in answer;
}
