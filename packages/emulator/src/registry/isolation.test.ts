import { CreateRepositoryCommand, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ACCOUNT, blobOf, codeOf, imageOf, OTHER_ACCOUNT, push, putBlob, startRegistry, type TestRegistry } from './fixture-registry.ts';
import { OCI_MANIFEST } from './manifest.ts';

let registry: TestRegistry;
let mine: string;
let theirs: string;
beforeAll(async () => {
  registry = await startRegistry();
  for (const account of [ACCOUNT, OTHER_ACCOUNT])
    await registry.ecr(account).send(new CreateRepositoryCommand({ repositoryName: 'agent' }));
  mine = await registry.login();
  theirs = await registry.login(registry.ecr(OTHER_ACCOUNT));
});
afterAll(() => registry.stop());

const call = (authorization: string, method: string, path: string) =>
  fetch(`${registry.endpoint}${path}`, { method, headers: { authorization } });

describe('two accounts with a repository of the same name', () => {
  test('do not see what the other pushed, though the bytes are on the same disk', async () => {
    const image = imageOf();
    expect((await push(registry, mine, 'agent', image, 'v1')).status).toBe(201);
    expect((await call(mine, 'GET', '/v2/agent/manifests/v1')).status).toBe(200);
    for (const path of [`manifests/v1`, `manifests/${image.manifest.digest}`, `blobs/${image.layer.digest}`]) {
      expect([path, (await call(theirs, 'GET', `/v2/agent/${path}`)).status]).toEqual([path, 404]);
      expect([path, (await call(theirs, 'HEAD', `/v2/agent/${path}`)).status]).toEqual([path, 404]);
    }
    // A manifest that names a blob of somebody else must not open it.
    const stolen = await fetch(`${registry.endpoint}/v2/agent/manifests/v1`, {
      method: 'PUT',
      headers: { authorization: theirs, 'content-type': OCI_MANIFEST },
      body: new Uint8Array(image.manifest.bytes),
    });
    expect([stolen.status, await codeOf(stolen)]).toEqual([404, 'MANIFEST_BLOB_UNKNOWN']);
    expect((await call(theirs, 'POST', `/v2/agent/blobs/uploads/?mount=${image.layer.digest}&from=agent`)).status).toBe(202);
    // Who has the bytes and pushes them has the blob.
    expect((await push(registry, theirs, 'agent', image, 'v1')).status).toBe(201);
    expect((await call(theirs, 'GET', `/v2/agent/blobs/${image.layer.digest}`)).status).toBe(200);
  });

  test('cannot continue an upload of the other', async () => {
    const location = (await call(mine, 'POST', '/v2/agent/blobs/uploads/')).headers.get('location')!;
    expect((await call(theirs, 'GET', location)).status).toBe(404);
    expect((await call(mine, 'GET', location)).status).toBe(204);
  });

  test('cannot enter the other registry with a token that was asked for it', async () => {
    const { authorizationData } = await registry.ecr(OTHER_ACCOUNT).send(new GetAuthorizationTokenCommand({ registryIds: [ACCOUNT] }));
    const response = await call(`Basic ${authorizationData![0]!.authorizationToken}`, 'GET', '/v2/agent/tags/list');
    expect([response.status, await codeOf(response)]).toEqual([403, 'DENIED']);
  });
});

describe('a role', () => {
  const READ = ['ecr:GetAuthorizationToken', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];

  test('that may pull can pull, and is denied a push in the words of IAM', async () => {
    const image = imageOf();
    await push(registry, mine, 'agent', image, 'pulled');
    const puller = await registry.login(registry.ecrAs(READ));
    expect((await call(puller, 'GET', '/v2/agent/manifests/pulled')).status).toBe(200);
    expect((await call(puller, 'GET', `/v2/agent/blobs/${image.layer.digest}`)).status).toBe(200);
    const denied = await call(puller, 'POST', '/v2/agent/blobs/uploads/');
    expect(denied.status).toBe(403);
    expect(await denied.json()).toEqual({
      errors: [
        {
          code: 'DENIED',
          message:
            `User: arn:aws:sts::${ACCOUNT}:assumed-role/pusher/session is not authorized to perform: ecr:InitiateLayerUpload ` +
            `on resource: arn:aws:ecr:eu-west-1:${ACCOUNT}:repository/agent because no identity-based policy allows the ecr:InitiateLayerUpload action`,
        },
      ],
    });
  });

  test.each([
    ['ecr:BatchGetImage', 'GET', '/v2/agent/manifests/v1'],
    ['ecr:BatchGetImage', 'HEAD', '/v2/agent/manifests/v1'],
    ['ecr:GetDownloadUrlForLayer', 'GET', `/v2/agent/blobs/${blobOf('').digest}`],
    ['ecr:BatchCheckLayerAvailability', 'HEAD', `/v2/agent/blobs/${blobOf('').digest}`],
    ['ecr:InitiateLayerUpload', 'POST', '/v2/agent/blobs/uploads/'],
    ['ecr:UploadLayerPart', 'PATCH', '/v2/agent/blobs/uploads/3f2504e0-4f89-41d3-9a0c-0305e82c3301'],
    ['ecr:CompleteLayerUpload', 'PUT', `/v2/agent/blobs/uploads/3f2504e0-4f89-41d3-9a0c-0305e82c3301?digest=${blobOf('').digest}`],
    ['ecr:PutImage', 'PUT', '/v2/agent/manifests/v1'],
    ['ecr:BatchDeleteImage', 'DELETE', '/v2/agent/manifests/none'],
    ['ecr:ListImages', 'GET', '/v2/agent/tags/list'],
    ['ecr:DescribeRepositories', 'GET', '/v2/_catalog'],
  ])('needs %s for %s %s', async (action, method, path) => {
    const without = await registry.login(registry.ecrAs(['ecr:GetAuthorizationToken']));
    const withIt = await registry.login(registry.ecrAs(['ecr:GetAuthorizationToken', action]));
    expect((await call(without, method, path)).status).toBe(403);
    expect((await call(withIt, method, path)).status).not.toBe(403);
  });

  test('that may not ask for a token gets none', async () => {
    await expect(registry.login(registry.ecrAs([]))).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  test('learns nothing about repositories that it may not touch: those that are there and those that are not look the same', async () => {
    const nobody = await registry.login(registry.ecrAs(['ecr:GetAuthorizationToken']));
    const answers = await Promise.all(
      ['agent', 'nowhere'].map(async (name) =>
        (await (await call(nobody, 'GET', `/v2/${name}/manifests/v1`)).text()).replaceAll(name, '*'),
      ),
    );
    expect(answers[0]).toBe(answers[1]);
  });
});

test('many accounts push the same image at once, each into its own registry', async () => {
  const image = imageOf();
  const accounts = Array.from({ length: 20 }, (_, index) => String(500_000_000_000 + index));
  await Promise.all(
    accounts.map(async (account) => {
      const client = registry.ecr(account);
      await client.send(new CreateRepositoryCommand({ repositoryName: 'crowd' }));
      expect((await push(registry, await registry.login(client), 'crowd', image, account)).status).toBe(201);
    }),
  );
  for (const account of accounts) {
    const authorization = await registry.login(registry.ecr(account));
    expect(await (await call(authorization, 'GET', '/v2/crowd/tags/list')).json()).toEqual({ name: 'crowd', tags: [account] });
  }
});

test('passwords and links occur nowhere in the files of the state', async () => {
  const { execFileSync } = await import('node:child_process');
  const password = Buffer.from(mine.slice(6), 'base64').toString().slice(4);
  await putBlob(registry, mine, 'agent', Buffer.from('x'), blobOf('x').digest);
  const hits = execFileSync('sh', [
    '-c',
    'grep -rlF -- "$1" "$2" || true',
    'sh',
    password.slice(10, 80),
    registry.services.store.directory,
  ]);
  expect(hits.toString()).toBe('');
});
