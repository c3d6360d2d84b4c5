import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IdentityError } from '../errors.ts';

/** The file that local development keeps its workload identity in, in the working directory; the Python SDK reads and writes the same one. */
export const AGENTCORE_FILE = '.agentcore.json';

/** What is in the file: the two keys that matter here, and whatever else a tool keeps there. */
export type AgentcoreFile = Record<string, unknown> & { workload_identity_name?: string; user_id?: string };

/** An empty object where there is no file. */
export async function readAgentcoreFile(directory: string): Promise<AgentcoreFile> {
  const path = join(directory, AGENTCORE_FILE);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new IdentityError('INVALID_LOCAL_CONFIG', `${path} cannot be read. Check its permissions.`, { cause: error });
  }
  return check(path, parse(path, text));
}

/** Replaces the file as a whole: whoever reads at the same time sees the old one or the new one, never half of it. */
export async function writeAgentcoreFile(directory: string, content: AgentcoreFile): Promise<void> {
  const path = join(directory, AGENTCORE_FILE);
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeFile(draft, `${JSON.stringify(content, null, 2)}\n`, { flag: 'wx' });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw new IdentityError(
      'INVALID_LOCAL_CONFIG',
      `${path} cannot be written. Local development keeps its workload identity there: run in a directory that is yours.`,
      { cause: error },
    );
  }
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new IdentityError('INVALID_LOCAL_CONFIG', `${path} is not JSON. Repair it, or delete it: a new one is made.`, { cause: error });
  }
}

function check(path: string, content: unknown): AgentcoreFile {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new IdentityError('INVALID_LOCAL_CONFIG', `${path} must hold a JSON object. Repair it, or delete it: a new one is made.`);
  }
  const file = content as Record<string, unknown>;
  expectText(path, file, 'workload_identity_name', /^[A-Za-z0-9_.-]{3,255}$/, '3 to 255 letters, digits, "_", "." and "-"');
  expectText(path, file, 'user_id', /^[\s\S]{1,128}$/, '1 to 128 characters');
  return file as AgentcoreFile;
}

function expectText(path: string, file: Record<string, unknown>, key: string, pattern: RegExp, expected: string): void {
  const value = file[key];
  if (value === undefined || (typeof value === 'string' && pattern.test(value))) return;
  throw new IdentityError('INVALID_LOCAL_CONFIG', `"${key}" in ${path} must be ${expected}. Correct it, or remove it: a new one is made.`);
}
