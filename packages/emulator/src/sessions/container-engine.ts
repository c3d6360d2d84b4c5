import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { splitCommandLine } from './split-command-line.ts';

/** How the container engine of this machine is called. */
export interface ContainerEngine {
  file: string;
  /** In front of every command of it. */
  global: readonly string[];
  /** For `run` alone. */
  run: readonly string[];
}

export interface ContainerEngineOptions {
  /** Name on PATH, or a path. Default: the first of podman and docker that is on PATH. */
  containerEngine?: string | undefined;
  /** More arguments for `run`; what stands before a word `--` goes in front of every command instead. */
  containerArguments?: string | undefined;
}

/** The engine, or what is wrong with it, as a sentence for whoever asked for it. */
export type FoundEngine = { engine: ContainerEngine } | { problem: string };

/**
 * Looks for the engine and asks what it is. It has to be podman: a session runs on the image's unpacked tree with layers
 * of its own on top (`--rootfs`, `--volume ...:O`) and talks to us over an inherited descriptor (`--preserve-fds`); Docker has none of these.
 */
export async function findContainerEngine({ containerEngine, containerArguments = '' }: ContainerEngineOptions): Promise<FoundEngine> {
  const names = containerEngine === undefined ? ['podman', 'docker'] : [containerEngine];
  const file = await firstOnPath(names);
  if (file === undefined) return { problem: `${names.join(' or ')} is not installed, or not on PATH` };
  const words = splitCommandLine(containerArguments);
  const separator = words.indexOf('--');
  const engine = { file, global: words.slice(0, Math.max(0, separator)), run: words.slice(separator + 1) };
  const { output, failure } = await callEngine({ ...engine, global: [] }, ['--version']);
  if (failure !== undefined) return { problem: `${file} does not work: ${failure}` };
  if (!/^podman version /i.test(output)) {
    return { problem: `${file} is ${JSON.stringify(output.trim().slice(0, 100))}, and only podman can run the image's files as they are` };
  }
  return { engine };
}

export interface EngineAnswer {
  output: string;
  /** What it said when it did not work; undefined when it did. */
  failure: string | undefined;
}

/** One call of the engine that ends by itself. Never rejects. */
export function callEngine({ file, global }: ContainerEngine, args: readonly string[]): Promise<EngineAnswer> {
  return new Promise((done) => {
    execFile(file, [...global, ...args], { timeout: 30_000 }, (error, output, errors) => {
      const said = errors.trim().slice(-1_000);
      done({ output, failure: error === null ? undefined : said === '' ? error.message.slice(0, 1_000) : said });
    });
  });
}

async function firstOnPath(names: readonly string[]): Promise<string | undefined> {
  const directories = (process.env['PATH'] ?? '').split(':').filter((directory) => directory.startsWith('/'));
  for (const name of names) {
    const paths = name.includes('/') ? [resolve(name)] : directories.map((directory) => join(directory, name));
    for (const path of paths) if (await isExecutable(path)) return path;
  }
  return undefined;
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
