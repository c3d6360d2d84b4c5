import { contextOf, runWithContext } from '@agentcore-tutorials/identity';
import fastify from 'fastify';
import { forecast } from './forecast.ts';

export const app = fastify();
app.addHook('preHandler', (request, reply, done) => runWithContext(contextOf(request.headers), done));

app.post<{ Body: { city: string } }>('/invocations', async (request) => forecast({ city: request.body.city }));
