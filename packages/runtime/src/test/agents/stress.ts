// An agent for the stress tests: streams as many bytes as it is asked for, and tells what memory it holds.
import { AgentCoreApp } from '../../index.ts';

const megabyte = 'x'.repeat(1024 * 1024 - 10);
const bytes = new Uint8Array(1024 * 1024);

async function* events(megabytes: number): AsyncGenerator<string> {
  for (let index = 0; index < megabytes; index += 1) yield megabyte;
}

function body(megabytes: number): ReadableStream<Uint8Array> {
  let left = megabytes;
  return new ReadableStream({
    pull(controller) {
      left -= 1;
      if (left < 0) controller.close();
      else controller.enqueue(bytes);
    },
  });
}

const app = new AgentCoreApp({
  limits: { headersTimeout: Number(process.env['HEADERS_TIMEOUT'] ?? 20_000) },
  handle(payload) {
    const { how, megabytes = 0 } = payload as { how: string; megabytes?: number };
    if (how === 'events') return events(megabytes);
    if (how === 'response') return new Response(body(megabytes));
    return process.memoryUsage.rss();
  },
});
await app.run();
