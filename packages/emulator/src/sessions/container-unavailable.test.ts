import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test, vi } from 'vitest';

import { agentCode, fixtureHost, post, sessionSpec } from './fixture-host.ts';
import { fixtureImage } from './fixture-image.ts';

describe('a host that must run containers and cannot', () => {
  test.each([
    ['is not podman', 'Docker version 28.2.2', '', 'only podman can'],
    ['does not work', '', 'echo no rights >&2; exit 1', 'does not work: no rights'],
    ['starts no container', 'podman version 4.3.1', 'echo "Error: no cgroups" >&2; exit 125', '(exit code 125): Error: no cgroups'],
  ])('says what is wrong with an engine that %s', async (_name, version, otherwise, message) => {
    await using fixture = await fixtureHost();
    const containerEngine = join(fixture.directory, 'engine');
    const answer = version === '' ? '' : `[ "$1" != --version ] || { echo '${version}'; exit 0; }`;
    await writeFile(containerEngine, `#!/bin/sh\n${answer}\n${otherwise}\n`);
    await chmod(containerEngine, 0o755);
    await using host = await fixtureHost({ isolation: 'container', containerEngine });
    const spec = sessionSpec(await fixtureImage([{ 'app/index.mjs': agentCode('') }]));
    await expect(host.host.invoke(spec, post())).rejects.toMatchObject({
      code: 'ISOLATION_UNAVAILABLE',
      message: expect.stringContaining(message),
    });
  });

  test('says that there is none', async () => {
    vi.stubEnv('PATH', '/nonexistent');
    await using fixture = await fixtureHost({ isolation: 'container' });
    const spec = sessionSpec(await fixtureImage([{ 'app/index.mjs': agentCode('') }]));
    await expect(fixture.host.invoke(spec, post())).rejects.toMatchObject({
      code: 'ISOLATION_UNAVAILABLE',
      message: expect.stringContaining('podman or docker is not installed'),
    });
    vi.unstubAllEnvs();
  });
});
