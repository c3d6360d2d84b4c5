import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleAgent } from '../bundle/bundle.ts';
import { DeployError } from '../errors.ts';
import { agentUser } from '../image/layer.ts';
import { defaultBase } from '../steps/image-step.ts';
import type { AgentDefinition } from './definition.ts';
import { repositoryNameOf } from './names.ts';

export interface EjectOptions {
  /** Stops the bundling. */
  signal?: AbortSignal;
}

export interface Ejected {
  files: string[];
  /** What to run, in that order, with the account's number filled in, and the region where the description names none. */
  commands: string[];
}

/**
 * Writes what a build of your own needs: the bundle, a Dockerfile that makes the same image of it (arm64, not root), and a
 * .dockerignore that lets nothing else in. No file is overwritten: where one of these names is taken by another file, nothing is written.
 * @throws {DeployError} `INVALID_CONFIG` when the directory has other files of these names, or cannot be written to; `ENTRY_NOT_FOUND`, `BUNDLE_FAILED`, `ABORTED`.
 */
export async function ejectAgent(
  { name, entry, base = defaultBase, region = 'REGION' }: AgentDefinition,
  directory: URL | string,
  { signal }: EjectOptions = {},
): Promise<Ejected> {
  if (entry === undefined)
    throw new DeployError('INVALID_CONFIG', 'To write a Dockerfile for an agent its `entry` is needed: the file that starts it.');
  const target = resolve(directory instanceof URL ? fileURLToPath(directory) : directory);
  const { bytes } = await bundleAgent(entry, signal).catch((error: unknown) => {
    throw signal?.aborted ? new DeployError('ABORTED', 'Stopped by the caller while bundling.', { cause: signal.reason }) : error;
  });
  const dockerfile = [
    `FROM --platform=linux/arm64 ${base}`,
    'ENV DOCKER_CONTAINER=1 NODE_ENV=production',
    'WORKDIR /app',
    `COPY --chown=${agentUser}:${agentUser} index.mjs /app/index.mjs`,
    `USER ${agentUser}`,
    'EXPOSE 8080/tcp',
    'ENTRYPOINT ["node"]',
    'CMD ["/app/index.mjs"]',
    '',
  ].join('\n');
  const files: [string, string | Uint8Array][] = [
    ['Dockerfile', dockerfile],
    ['.dockerignore', '*\n!index.mjs\n'],
    ['index.mjs', bytes],
  ];
  try {
    await mkdir(target, { recursive: true });
    const present = await Promise.all(files.map(async ([file, content]) => presence(join(target, file), content)));
    const others = files.filter((_file, index) => present[index] === 'other').map(([file]) => join(target, file));
    if (others.length > 0) {
      throw new DeployError(
        'INVALID_CONFIG',
        `${others.join(', ')} ${others.length === 1 ? 'exists' : 'exist'} already with other content. Nothing was written: choose another directory.`,
      );
    }
    for (const [index, [file, content]] of files.entries())
      if (present[index] === 'none') await writeFile(join(target, file), content, { flag: 'wx' });
  } catch (error) {
    if (error instanceof DeployError) throw error;
    throw new DeployError('INVALID_CONFIG', `${target} cannot be written to: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  const repository = repositoryNameOf(name);
  const registry = `ACCOUNT.dkr.ecr.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
  const image = `${registry}/${repository}:latest`;
  return {
    files: files.map(([file]) => join(target, file)),
    commands: [
      `aws ecr create-repository --region ${region} --repository-name ${repository}`,
      `aws ecr get-login-password --region ${region} | docker login --username AWS --password-stdin ${registry}`,
      `docker buildx build --platform linux/arm64 --provenance=false --tag ${image} --push ${target}`,
      `agentcore-deploy deploy --name ${name} --region ${region} --image ${image}`,
    ],
  };
}

async function presence(path: string, content: string | Uint8Array): Promise<'none' | 'other' | 'same'> {
  try {
    return (await readFile(path)).equals(Buffer.from(content)) ? 'same' : 'other';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return 'none';
    if (code === 'EISDIR') return 'other';
    throw error;
  }
}
