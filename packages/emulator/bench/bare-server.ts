// The floor: node:http that reads a body and answers the same bytes as GetResourceApiKey, with no signature, state or policy.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const answer = JSON.stringify({ apiKey: 'x'.repeat(40) });
const server = createServer((request, response) => {
  request.resume();
  request.once('end', () => response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length }).end(answer));
});
server.listen(0, '127.0.0.1', () =>
  console.log(JSON.stringify({ endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })),
);
process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
});
