import type { IncomingHttpHeaders } from 'node:http';
import { createServer, request as sendRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bodyOf } from './registry.ts';

/** One request to AWS as it went over the wire. */
interface Call {
  method: string;
  path: string;
  /** `CreateRole`, `PUT /runtimes/`, `HEAD /v2/.../blobs/...`: what it is called. */
  name: string;
  /** Whether it changes something. */
  write: boolean;
  requestBytes: number;
  status: number;
}

interface Answer {
  status: number;
  /** A text is XML, as IAM answers. */
  body: object | string;
  errorType?: string;
}

/** Stands between a client and AWS: counts, and answers in its place where a test wants a fault. */
export interface Tap {
  url: string;
  calls: Call[];
  /** Given a call before it is passed on: answer it, break its connection, or let it through. */
  fault: (call: Call, body: string) => Answer | 'break' | undefined | Promise<Answer | 'break' | undefined>;
  /** Asked when AWS has carried a call out: `true` keeps the answer from the client for ever, `break` ends the connection instead of it. */
  lost: (call: Call) => boolean | 'break';
  writes(): string[];
  close(): Promise<void>;
}

export async function startTap(upstream: string): Promise<Tap> {
  const server = createServer((request, response) => {
    void (async () => {
      const body = Buffer.from(await bodyOf(request));
      const call = describe(request.method ?? 'GET', request.url ?? '/', request.headers, body);
      tap.calls.push(call);
      const fault = await tap.fault(call, body.toString('latin1'));
      if (fault === 'break') {
        request.socket.destroy();
        return;
      }
      if (fault) {
        call.status = fault.status;
        response.writeHead(fault.status, {
          'content-type': typeof fault.body === 'string' ? 'text/xml' : 'application/json',
          ...(fault.errorType ? { 'x-amzn-errortype': fault.errorType } : {}),
        });
        response.end(typeof fault.body === 'string' ? fault.body : JSON.stringify(fault.body));
        return;
      }
      // The Host header stays as it was signed.
      const out = sendRequest(upstream + (request.url ?? '/'), { method: request.method ?? 'GET', headers: request.headers }, (answer) => {
        call.status = answer.statusCode ?? 0;
        const lost = tap.lost(call);
        if (lost !== false) {
          answer.resume();
          if (lost === 'break') request.socket.destroy();
          return;
        }
        const headers = { ...answer.headers };
        if (headers.location) headers.location = headers.location.replace(upstream, tap.url);
        const token = call.name === 'GetAuthorizationToken';
        if (token) delete headers['content-length'];
        response.writeHead(call.status, headers);
        if (!token) {
          answer.pipe(response);
          return;
        }
        // ECR names the address of its registry: ours, so that uploads are seen too.
        void bodyOf(answer).then((bytes) => response.end(Buffer.from(bytes).toString().replaceAll(upstream, tap.url)));
      });
      out.on('error', () => response.destroy());
      response.on('close', () => out.destroy());
      out.end(body);
    })().catch(() => response.destroy());
  });
  const tap: Tap = {
    url: '',
    calls: [],
    fault: () => undefined,
    lost: () => false,
    writes: () => tap.calls.filter(({ write }) => write).map(({ name }) => name),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  tap.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return tap;
}

function describe(method: string, path: string, headers: IncomingHttpHeaders, body: Buffer): Call {
  const target = String(headers['x-amz-target'] ?? '')
    .split('.')
    .pop();
  const query = String(headers['content-type'] ?? '').includes('urlencoded')
    ? new URLSearchParams(body.toString()).get('Action')
    : undefined;
  const plain = path.split('?', 1)[0] ?? path;
  const name = target || query || `${method} ${plain}`;
  const named = target || query;
  // AgentCore lists with POST.
  const lists = method === 'POST' && /^\/runtimes\/(?:[^/]+\/runtime-endpoints\/)?$|^\/identities\/(?:Get|List)/.test(plain);
  const reads = named ? /^(?:Get|List|Describe|Batch(?:Get|Check))/.test(named) : method === 'GET' || method === 'HEAD' || lists;
  return { method, path, name, write: !reads, requestBytes: body.length, status: 0 };
}
