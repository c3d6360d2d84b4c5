import { contextOf, runWithContext } from '@agentcore-tutorials/identity';
import express from 'express';
import { forecast } from './forecast.ts';

export const app = express();
app.use(express.json());
app.use((request, response, next) => runWithContext(contextOf(request.headers), next));

app.post('/invocations', async (request, response) => {
  response.send(await forecast({ city: request.body.city }));
});
