// Answers with the modules that its process has loaded: those of Node itself, and the files.
import { registerHooks } from 'node:module';

const files: string[] = [];
registerHooks({
  load(url, context, next) {
    files.push(url);
    return next(url, context);
  },
});
const { AgentCoreApp } = await import('../../index.ts');

const app = new AgentCoreApp({ handle: () => [...files, ...(process as unknown as { moduleLoadList: string[] }).moduleLoadList] });
await app.run();
