import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createModelStandIn } from './create-model-stand-in.ts';
import type { ModelStandIn, ModelStandInOptions } from './create-model-stand-in.ts';
import type { ModelRequestRecord } from './request-log.ts';

export const KEY = 'sk-test-0123456789abcdefwxyz';

export interface ModelServer {
  origin: string;
  model: ModelStandIn;
  /** Resolves with the records once there are so many. */
  recorded(count: number): Promise<ModelRequestRecord[]>;
  /** Resolves when a first request has come in. */
  received(): Promise<void>;
  /** Resolves when every request is handled; rejects if handling one did. */
  settled(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** For tests: the stand-in behind a real HTTP server on a free loopback port. */
export async function withModelServer(options: Partial<ModelStandInOptions> = {}): Promise<ModelServer> {
  const waiting = new Set<() => void>();
  const model = createModelStandIn({
    isValidKey: (key) => key === KEY,
    delayMs: 0,
    ...options,
    onRequest: (record) => {
      options.onRequest?.(record);
      for (const wake of waiting) wake();
    },
  });
  const handled: Promise<void>[] = [];
  const first = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    handled.push(model.handle(request, response));
    first.resolve();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    model,
    received: () => first.promise,
    settled: async () => {
      await Promise.all(handled);
    },
    recorded: (count) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (model.requests().length < count) return;
          waiting.delete(check);
          resolve(model.requests());
        };
        waiting.add(check);
        check();
      }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
