import { createServer } from 'node:http';

createServer((request, response) => response.end(request.url === '/ping' ? '{"status":"Healthy"}' : '"Hello"')).listen(8080, '0.0.0.0');
