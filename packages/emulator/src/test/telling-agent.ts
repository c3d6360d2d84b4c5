/** An agent without any library: it tells who it is, streams on request, and can crash. */
export const TELLING_AGENT = `
import http from 'node:http';
let count = 0;
http.createServer(async (request, response) => {
  if (request.url === '/ping') return response.end('{"status":"Healthy"}');
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const { ask } = JSON.parse(Buffer.concat(chunks));
  if (ask === 'crash') process.exit(3);
  if (ask === 'fail') { response.statusCode = 500; return response.end('{"error":"no"}'); }
  if (ask === 'stream') {
    response.setHeader('content-type', 'text/event-stream');
    for (const word of ['one', 'two', 'three']) response.write('data: "' + word + '"\\n\\n');
    return response.end();
  }
  if (ask === 'credentials') {
    const got = await fetch(process.env.AWS_CONTAINER_CREDENTIALS_FULL_URI, { headers: { authorization: process.env.AWS_CONTAINER_AUTHORIZATION_TOKEN } });
    const { AccessKeyId } = await got.json();
    return response.end(JSON.stringify({ status: got.status, AccessKeyId }));
  }
  console.log('served', ask);
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ pid: process.pid, count: ++count, version: process.env.VERSION, headers: request.headers }));
}).listen(8080, '0.0.0.0');
`;
