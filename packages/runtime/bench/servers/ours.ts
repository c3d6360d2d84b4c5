import { AgentCoreApp } from '../../src/index.ts';
import { report } from './report.ts';

const app = new AgentCoreApp({
  handle(payload) {
    const { events } = payload as { events?: number };
    return events === undefined ? payload : tokens(events);
  },
});

async function* tokens(events: number): AsyncGenerator<unknown> {
  for (let index = 0; index < events; index += 1) yield { index, text: 'token' };
}

await app.run();
report();
