import { z } from 'zod';
import { AgentCoreApp } from '../../index.ts';

const app = new AgentCoreApp({
  request: z.object({ prompt: z.string() }),
  async *handle({ prompt }) {
    yield prompt;
  },
  websocket: (socket) => void socket.on('message', (data: Buffer) => socket.send(data.toString())),
});
await app.run();
