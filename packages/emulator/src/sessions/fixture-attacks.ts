import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { agentCode, post, sessionSpec, textOf, type FixtureHost } from './fixture-host.ts';
import { fixtureImage } from './fixture-image.ts';

/** More than what is copied for every session. */
const LARGE = Buffer.alloc((8 << 20) + 1, 'original');

/** Everything that the owner of a file or directory can do to change it. Answers what has worked. */
const TAMPER = `
  const attempt = (name, act) => { try { act(); return [name]; } catch { return []; } };
  const everything = (path) => fs.readdirSync(path, { recursive: true, withFileTypes: true }).map((entry) => entry.parentPath + '/' + entry.name);
  const tamper = (path) => [
    ...attempt('chmod', () => fs.chmodSync(path, 0o777)),
    ...attempt('write', () => fs.writeFileSync(path, 'planted', { flag: 'r+' })),
    ...attempt('truncate', () => fs.truncateSync(path, 1)),
    ...attempt('link and write', () => { fs.linkSync(path, path + '.link'); fs.chmodSync(path + '.link', 0o777); fs.appendFileSync(path + '.link', 'planted'); }),
    ...attempt('replace', () => { fs.writeFileSync(path + '.new', 'planted'); fs.renameSync(path + '.new', path); }),
    ...attempt('add', () => fs.writeFileSync(path + '/planted', 'planted')),
  ];
`;
const agent = `import fs from 'node:fs'; import module from 'node:module'; ${TAMPER} ${agentCode(`
  const answer = await new Function('fs', 'module', 'tamper', 'everything', 'return (async () => {' + (await body()) + '})()')(fs, module, tamper, everything);
  response.end(JSON.stringify(answer ?? null));
`)}`;

/** For tests: what an attacker has come to. */
export interface Attack {
  /** What has worked on the code that V8 compiled, and on the image's files. */
  changed: unknown[];
  /** Whether there was compiled code to attack: without it the attack would prove nothing, and the cache be of no use. */
  hadCache: boolean;
  isCacheTheSame: boolean;
  /** Bytes of the image's large file as the next session sees it, and whether the attacker's are among them. */
  victim: [length: number, isPlanted: boolean];
}

export const HELD: Attack = { changed: [], hadCache: true, isCacheTheSame: true, victim: [LARGE.length, false] };

/** For tests: one session does what it can to what it shares with later ones, the code that V8 compiled and the files of the image. */
export async function attackLaterSessions({ host, directory }: FixtureHost): Promise<Attack> {
  const image = await fixtureImage([{ 'opt/data': 'original', 'app/large': LARGE, 'app/index.mjs': agent }]);
  const ask = async <T>(session: string, code: string): Promise<T> =>
    JSON.parse(await textOf(await host.invoke(sessionSpec(image, session), post(code)))) as T;
  const cached = (): Promise<string> => hashTree(join(directory, 'cache'));
  await host.probe(sessionSpec(image));
  const before = await cached();
  const [hadCache, changed] = await ask<[boolean, unknown[]]>(
    'attacker',
    `const compiled = module.getCompileCacheDir(); const paths = [compiled, ...everything(compiled)]; return [paths.length > 1, paths.flatMap(tamper)]`,
  );
  // In a container these are the session's own to change.
  await ask('attacker', `module.flushCompileCache(); return ['/opt/data', '/app/large'].map(tamper)`);
  await host.stop(sessionSpec(image, 'attacker').key);
  const isCacheTheSame = (await cached()) === before;
  const victim = await ask<Attack['victim']>(
    'victim',
    `const large = fs.readFileSync('/app/large'); return [large.length, large.includes('planted')]`,
  );
  return { changed, hadCache, isCacheTheSame, victim };
}

async function hashTree(directory: string): Promise<string> {
  const files = (await readdir(directory, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name)).sort();
  const hash = createHash('sha256');
  for (const path of paths) hash.update(`${path}\n`).update(await readFile(path));
  return hash.digest('hex');
}
