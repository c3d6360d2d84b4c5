import { Agent, request } from 'node:http';
import type { WireRequest } from './sign-request.ts';

export interface LoadResult {
  perSecond: number;
  p50: number;
  p99: number;
}

/** Sends `count` requests over `connections` kept-alive connections; every answer must be a 2xx. Times in milliseconds. */
export async function load(
  endpoint: string,
  requests: (index: number) => WireRequest,
  { count, connections = 8 }: { count: number; connections?: number },
): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const times: number[] = [];
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const index = next++;
      const began = performance.now();
      await send(endpoint, requests(index), agent);
      times.push(performance.now() - began);
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: connections }, worker));
  const seconds = (performance.now() - began) / 1000;
  agent.destroy();
  times.sort((a, b) => a - b);
  return { perSecond: Math.round(count / seconds), p50: at(times, 0.5), p99: at(times, 0.99) };
}

function send(endpoint: string, { method, path, headers, body }: WireRequest, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    request(`${endpoint}${path}`, { method, headers, agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        const status = response.statusCode ?? 0;
        if (status >= 200 && status < 300) resolve();
        else reject(new Error(`${status} ${Buffer.concat(chunks).toString('utf8').slice(0, 500)}`));
      });
    })
      .once('error', reject)
      .end(body);
  });
}

function at(sorted: readonly number[], quantile: number): number {
  return Number((sorted[Math.floor(sorted.length * quantile)] ?? Number.NaN).toFixed(2));
}
