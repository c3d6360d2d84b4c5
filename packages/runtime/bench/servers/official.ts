// The same agent on the official package; PEER is the file of its runtime module.
import { report } from './report.ts';

interface Official {
  BedrockAgentCoreApp: new (params: unknown) => { run(options: { port: number; host: string }): void };
}

const { BedrockAgentCoreApp } = (await import(process.env['PEER'] ?? '')) as Official;

async function* tokens(events: number): AsyncGenerator<unknown> {
  for (let index = 0; index < events; index += 1) yield { index, text: 'token' };
}

const app = new BedrockAgentCoreApp({
  invocationHandler: {
    process(payload: { events?: number }) {
      return payload.events === undefined ? payload : tokens(payload.events);
    },
  },
  // Its parser for JSON stops at 1 MB; this one is its own way to take more.
  config: {
    ...(process.env['LOG_LEVEL'] === 'silent' ? { logging: { enabled: false } } : {}),
    contentTypeParsers: [
      {
        contentType: 'application/vnd.large+json',
        parseAs: 'string',
        bodyLimit: 100 * 1024 * 1024,
        parser: async (_request: unknown, body: string) => JSON.parse(body) as unknown,
      },
    ],
  },
});
app.run({ port: Number(process.env['PORT']), host: '127.0.0.1' });
report();
