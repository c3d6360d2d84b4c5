import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { newClone } from '../e2e/install/new-clone.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** A learner's first `npm start` with an empty HOME; beside it, `npm install` of the same packages in an empty folder. */
export async function benchInstall(): Promise<{ name: string; unit: string; ours: number; baseline?: number }[]> {
  const clone = newClone({ offline: false });
  const base = mkdtempSync(join(tmpdir(), 'baseline-'));
  try {
    const ours = await time(() => clone.run('npm start -- list').then(({ status, stderr }) => (status === 0 ? undefined : fail(stderr))));
    const warm = await time(() => clone.run('npm start -- list'));
    const node = readdirSync(join(clone.folder, 'node_modules')).filter((name) => name.startsWith('node-'));
    const project = join(base, 'project');
    mkdirSync(project);
    writeFileSync(join(project, 'package.json'), JSON.stringify({ dependencies: dependencies(node) }));
    const baseline = await time(() => npmInstall(project, join(base, 'home')));
    return [
      { name: `first \`npm start -- list\`${node.length > 0 ? ', with Node 24' : ''}`, unit: 'ms', ours, baseline },
      { name: 'second `npm start -- list`', unit: 'ms', ours: warm },
    ];
  } finally {
    clone.remove();
    rmSync(base, { recursive: true, force: true });
  }
}

/** What the packages and the tutorials depend on, in the versions of the catalog. */
function dependencies(node: readonly string[]): Record<string, string> {
  const { catalog } = parse(readFileSync(join(ROOT, 'pnpm-workspace.yaml'), 'utf8')) as { catalog: Record<string, string> };
  const manifests = ['packages', 'tutorials'].flatMap((folder) =>
    readdirSync(join(ROOT, folder)).map((name) => readFileSync(join(ROOT, folder, name, 'package.json'), 'utf8')),
  );
  const names = manifests.flatMap((text) =>
    Object.entries((JSON.parse(text) as { dependencies?: Record<string, string> }).dependencies ?? {}),
  );
  const used = new Set([...names.filter(([, version]) => version === 'catalog:').map(([name]) => name), ...node]);
  return Object.fromEntries([...used].map((name) => [name, catalog[name] ?? fail(`${name} is not in the catalog`)]));
}

function npmInstall(cwd: string, home: string): Promise<void> {
  const child = spawn('npm', ['install', '--no-audit', '--no-fund'], { cwd, env: { ...process.env, HOME: home }, stdio: 'ignore' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => (status === 0 ? resolve() : reject(new Error(`npm install ended with ${status}`))));
  });
}

async function time(action: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await action();
  return Math.round(performance.now() - began);
}

function fail(reason: string): never {
  throw new Error(reason);
}
