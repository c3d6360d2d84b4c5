// A program as it would be written for the official package, but for the import.
import type { Readable } from 'node:stream';
import { BedrockAgentCoreApp } from '../../index.ts';

const app = new BedrockAgentCoreApp({
  invocationHandler: {
    process: (request, context) => {
      if ((request as { say?: string }).say !== 'session') return request;
      context.log.info('handler says');
      return context.sessionId;
    },
  },
  config: {
    logging: { disableRequestLogging: true },
    contentTypeParsers: [
      { contentType: 'application/xml', parser: async (_request, body: string) => ({ xml: body }) },
      {
        contentType: ['application/pdf', 'image/png'],
        parseAs: 'buffer',
        bodyLimit: 1000,
        parser: (_request, body: Buffer) => ({ bytes: body.length }),
      },
      {
        contentType: /^text\/csv/,
        parseAs: 'stream',
        parser: async (_request, payload: Readable) => {
          let text = '';
          for await (const chunk of payload) text += String(chunk);
          return { rows: text.split(',') };
        },
      },
      {
        contentType: 'application/x-callback',
        parser: (_request, body: string, done) => {
          setImmediate(() => (body === 'fail' ? done(new Error('parser said no')) : done(null, { callback: body })));
        },
      },
    ],
  },
});
app.run({ port: Number(process.env['PORT']), host: '127.0.0.1' });
