import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Agent } from '../agent/define-agent.ts';
import { defineAgent } from '../agent/define-agent.ts';
import type { AgentDefinition } from '../agent/definition.ts';
import { DeployError } from '../errors.ts';
import { mostMilliseconds } from '../util/timeout.ts';
import type { Flags } from './options.ts';

export interface Arguments {
  flags: Flags;
  positionals: string[];
}

/** The agent that the flags, or the file that they name, describe. Flags win. */
export async function readAgent({ flags }: Arguments): Promise<Agent> {
  const fromFlags: Partial<AgentDefinition> = {
    ...(flags.name === undefined ? {} : { name: flags.name }),
    ...(flags.entry === undefined ? {} : { entry: flags.entry }),
    ...(flags.region === undefined ? {} : { region: flags.region }),
    ...(flags.base === undefined ? {} : { base: flags.base }),
    ...(flags.image === undefined ? {} : { image: flags.image }),
    ...(flags.artifact === undefined ? {} : { artifact: flags.artifact as 'image' | 'zip' }),
    ...(flags.credential === undefined ? {} : { credentials: flags.credential }),
    ...(flags.env === undefined ? {} : { env: pairs('--env', flags.env) }),
    ...(flags.tag === undefined ? {} : { tags: pairs('--tag', flags.tag) }),
    ...(flags.role === undefined ? {} : { role: flags.role }),
    ...(flags.adopt === undefined ? {} : { adopt: flags.adopt }),
  };
  const fromFile = flags.config === undefined ? undefined : await readConfig(resolve(flags.config));
  const definition = { ...fromFile, ...fromFlags };
  if (definition.name === undefined) throw new DeployError('INVALID_CONFIG', 'No agent was given. Pass --name NAME or --config FILE.');
  return defineAgent({ ...definition, name: definition.name });
}

/** Seconds on the command line, milliseconds inside. */
export function timeoutMs({ flags }: Arguments): { timeoutMs?: number } {
  if (flags.timeout === undefined) return {};
  const seconds = Number(flags.timeout);
  const most = Math.floor(mostMilliseconds / 1000);
  if (!(seconds > 0 && seconds <= most))
    throw new DeployError(
      'INVALID_CONFIG',
      `--timeout: '${flags.timeout}' is not valid. Expected seconds, more than 0 and at most ${most}.`,
    );
  return { timeoutMs: seconds * 1000 };
}

/** The file for `deploy` and `destroy`, if one is wanted. */
export function journalOf({ flags }: Arguments): { journal?: string } {
  return flags.journal === undefined ? {} : { journal: flags.journal };
}

function pairs(flag: string, values: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    values.map((text) => {
      const equals = text.indexOf('=');
      // The value may be private, so the message does not repeat it.
      if (equals < 1) throw new DeployError('INVALID_CONFIG', `${flag} expects KEY=VALUE.`);
      return [text.slice(0, equals), text.slice(equals + 1)];
    }),
  );
}

async function readConfig(path: string): Promise<Partial<AgentDefinition>> {
  try {
    if (path.endsWith('.json')) return besideFile(path, JSON.parse(await readFile(path, 'utf8')) as Partial<AgentDefinition> | null);
    const { agent } = (await import(pathToFileURL(path).href)) as { agent?: Agent };
    if (agent?.definition !== undefined) return agent.definition;
  } catch (error) {
    throw new DeployError('INVALID_CONFIG', `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  throw new DeployError('INVALID_CONFIG', `${path} exports no \`agent\`. Expected: export const agent = defineAgent({ ... }).`);
}

/** A path in a JSON file is meant from where the file is: it cannot say so, as a module can with `import.meta.url`. */
function besideFile(path: string, definition: Partial<AgentDefinition> | null): Partial<AgentDefinition> {
  if (typeof definition !== 'object' || definition === null || Array.isArray(definition))
    throw new Error('expected an object: { "name": "my_agent", "entry": "agent.ts" }');
  const { entry } = definition;
  return typeof entry === 'string' && !entry.startsWith('file:') ? { ...definition, entry: resolve(dirname(path), entry) } : definition;
}
