// What the same work costs with node:http and nothing around it: the yardstick.
import { createServer, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { report } from './report.ts';

async function stream(response: ServerResponse, events: number): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (let index = 0; index < events; index += 1) {
    if (!response.write(`data: ${JSON.stringify({ index, text: 'token' })}\n\n`)) await once(response, 'drain');
  }
  response.end();
}

const server = createServer((request, response) => {
  if (request.url === '/ping') {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end('{"status":"Healthy","time_of_last_update":0}');
    return;
  }
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const payload = JSON.parse(Buffer.concat(chunks).toString()) as { events?: number };
    if (payload.events !== undefined) {
      void stream(response, payload.events);
      return;
    }
    const body = JSON.stringify(payload);
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
    response.end(body);
  });
});
server.listen(Number(process.env['PORT']), '127.0.0.1');
report();
