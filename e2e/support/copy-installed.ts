import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What pnpm keeps beside the packages. */
const KEPT = new Set(['.bin', '.modules.yaml', '.pnpm', '.pnpm-workspace-state-v1.json']);

/**
 * Copies a clone in which everything is installed: its files, tests excepted, and what pnpm has linked. The packages of others are not copied; the
 * copy's links lead to those of the original.
 */
export function copyInstalled(from: string, to: string): void {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: from, encoding: 'utf8' });
  // Times are kept: they tell whether something has changed since the installation.
  const copy = (path: string) =>
    cpSync(join(from, path), join(to, path), { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  const files = listed.split('\0').filter((file) => file !== '' && !file.endsWith('.test.ts') && existsSync(join(from, file)));
  for (const file of files) copy(file);
  const projects = [
    '.',
    ...['packages', 'tutorials'].flatMap((folder) => readdirSync(join(from, folder)).map((name) => join(folder, name))),
  ];
  for (const folder of projects.map((project) => join(project, 'node_modules')).filter((path) => existsSync(join(from, path)))) {
    mkdirSync(join(to, folder), { recursive: true });
    for (const name of readdirSync(join(from, folder))) {
      // Caches of tools, which may change meanwhile.
      if (name.startsWith('.') && !KEPT.has(name)) continue;
      if (name === '.pnpm') symlinkSync(join(from, folder, name), join(to, folder, name));
      else copy(join(folder, name));
    }
  }
  // What is built is read where it is: what V8 has compiled of it serves all copies.
  for (const folder of projects.map((project) => join(project, 'dist')).filter((path) => existsSync(join(from, path))))
    symlinkSync(join(from, folder), join(to, folder));
  for (const name of ['stamp.json', 'inputs'].map((file) => join('.install', file)))
    if (existsSync(join(from, name))) {
      mkdirSync(dirname(join(to, name)), { recursive: true });
      copy(name);
    }
}
