import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asDeployError } from '../aws/aws-error.ts';
import { bundleAgent } from '../bundle/bundle.ts';
import { DeployError } from '../errors.ts';
import { agentUser } from '../image/layer.ts';
import { defaultBase } from '../steps/image-step.ts';
import type { AgentDefinition } from './definition.ts';
import { repositoryNameOf } from './names.ts';

export interface Ejected {
  files: string[];
  /** What to run, in that order, with an account's number and region filled in. */
  commands: string[];
}

/**
 * Writes what a build of your own needs: the bundle, a Dockerfile that makes the same image of it (arm64, not root), and a
 * .dockerignore that lets nothing else in. An existing Dockerfile is not overwritten.
 * @throws {DeployError} `INVALID_CONFIG` when the directory has a Dockerfile already.
 */
export async function ejectAgent({ name, entry, base = defaultBase }: AgentDefinition, directory: URL | string): Promise<Ejected> {
  if (entry === undefined)
    throw new DeployError('INVALID_CONFIG', 'To write a Dockerfile for an agent its `entry` is needed: the file that starts it.');
  const target = resolve(directory instanceof URL ? fileURLToPath(directory) : directory);
  const { bytes } = await bundleAgent(entry);
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
    for (const [file, content] of files) await writeFile(join(target, file), content, file === 'Dockerfile' ? { flag: 'wx' } : {});
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      throw new DeployError('INVALID_CONFIG', `${join(target, 'Dockerfile')} exists already. Choose another directory.`, { cause: error });
    throw asDeployError(error, `writing to ${target}`);
  }
  const image = `ACCOUNT.dkr.ecr.REGION.amazonaws.com/${repositoryNameOf(name)}`;
  return {
    files: files.map(([file]) => join(target, file)),
    commands: [
      'aws ecr get-login-password | docker login --username AWS --password-stdin ACCOUNT.dkr.ecr.REGION.amazonaws.com',
      `docker buildx build --platform linux/arm64 --provenance=false --tag ${image}:latest --push ${target}`,
      `agentcore-deploy deploy --name ${name} --image ${image}:latest`,
    ],
  };
}
