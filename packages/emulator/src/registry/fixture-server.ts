import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { openStore } from '../store/open-store.ts';
import { createBlobStore } from './blob-store.ts';
import { createRegistryHandler } from './create-registry-handler.ts';
import { issueLogin } from './login-token.ts';
import { findRepository, saveRepository } from './repository.ts';

// A registry in a process of its own, so that a test can kill it or watch its memory. Its argument is the directory of the state.
const directory = process.argv[2]!;
const scope = { accountId: '111122223333', region: 'eu-west-1' };
const store = openStore({ directory });
const services = { store, blobs: createBlobStore(join(directory, 'blobs')), endpoint: 'http://127.0.0.1', now: () => new Date() };
const handle = createRegistryHandler({ emulator: services, authorizer: { require: () => {} } });
if (!findRepository(store, scope, 'app')) {
  saveRepository(store, scope, {
    name: 'app',
    createdAt: new Date().toISOString(),
    imageTagMutability: 'MUTABLE',
    scanOnPush: false,
    encryptionType: 'AES256',
    tags: [],
  });
}
const server = createServer((request, response) => void handle(request, response));
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const principal = { type: 'user', arn: `arn:aws:iam::${scope.accountId}:user/admin`, accountId: scope.accountId } as const;
const { password } = issueLogin(services, { principal, sessionPolicies: [], registry: scope });
const authorization = `Basic ${Buffer.from(`AWS:${password}`).toString('base64')}`;
process.stdout.write(`${JSON.stringify({ endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, authorization })}\n`);
