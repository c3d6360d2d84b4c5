import { contextOf, runWithContext } from '@agentcore-tutorials/identity';
import { Hono } from 'hono';
import { forecast } from './forecast.ts';

export const app = new Hono();
app.use((c, next) => runWithContext(contextOf(c.req.raw.headers), next));

app.post('/invocations', async (c) => {
  const { city } = await c.req.json<{ city: string }>();
  return c.text(await forecast({ city }));
});
