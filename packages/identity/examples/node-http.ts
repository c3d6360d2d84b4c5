import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { contextOf, runWithContext } from '@agentcore-tutorials/identity';
import { forecast } from './forecast.ts';

export const server = createServer((request, response) => {
  runWithContext(contextOf(request.headers), async () => {
    const { city } = (await json(request)) as { city: string };
    response.end(await forecast({ city }));
  }).catch(() => response.writeHead(500).end());
});
