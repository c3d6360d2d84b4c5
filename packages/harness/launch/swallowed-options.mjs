import { readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { ROOT } from './places.mjs';

/** The options of the tutorials; those with a value have a pattern of it. */
const OPTIONS = JSON.parse(readFileSync(new URL('options.json', import.meta.url), 'utf8'));

/**
 * `npm start --break 1`: npm takes an option without `--` before it for one of its own, and passes on only the value. What it took is in the
 * environment, among npm's settings.
 *
 * @returns {{ options: string, command: string } | undefined} what npm took, and the command that was meant
 */
export function commandWithSwallowedOptions({ argv, env, cwd }) {
  if (!env.npm_config_user_agent?.startsWith('npm/')) return undefined;
  const suspects = Object.keys(OPTIONS).filter((name) => isTaken(name, env));
  if (suspects.length === 0) return undefined;
  const settings = readSettings(env);
  const taken = suspects.filter((name) => !settingsFor(name).every((key) => settings.has(`${key}=${env[`npm_config_${key}`]}`)));
  if (taken.length === 0) return undefined;
  const words = argv.filter((text) => text !== '--');
  const options = taken.flatMap((name) => [`--${name}`, ...valueOf(name, env, words)]);
  const exercise = taken.includes('break') || taken.includes('repair');
  if (exercise && !isTutorial(cwd) && !words.some((word) => /^\d\d/.test(word))) words.unshift('01');
  return {
    options: taken.map((name) => `--${name}`).join(', '),
    command: ['npm start --', ...[...words, ...options].map(quote)].join(' '),
  };
}

/** npm's settings that show that it took an option: it reads `--lang` as `-l -a -n -g`, and `--verbose` as a log level. */
function settingsFor(name) {
  if (name === 'lang') return ['all', 'global', 'long'];
  return [name === 'verbose' ? 'loglevel' : name.replaceAll('-', '_')];
}

function isTaken(name, env) {
  return settingsFor(name).every((key) => {
    const value = env[`npm_config_${key}`];
    if (key === 'loglevel') return value === 'verbose';
    return OPTIONS[name] === null || name === 'lang' ? value === 'true' : Boolean(value);
  });
}

/** `--break=1` is in the environment; of `--break 1` npm leaves the value among the words, from where it is taken. */
function valueOf(name, env, words) {
  if (OPTIONS[name] === null) return [];
  const value = env[`npm_config_${name.replaceAll('-', '_')}`];
  if (value !== undefined && value !== 'true') return [value];
  const at = words.findLastIndex((word) => new RegExp(OPTIONS[name]).test(word));
  return at === -1 ? [] : words.splice(at, 1);
}

/** What files and the shell's environment set, and not the command: lines of `key=value`. */
function readSettings(env) {
  const files = [env.npm_config_userconfig, env.npm_config_globalconfig, join(env.npm_config_local_prefix ?? ROOT, '.npmrc')];
  if (env.npm_execpath) files.push(join(dirname(env.npm_execpath), '../npmrc'));
  const inFiles = files.flatMap((file) => [...readText(file).matchAll(/^\s*([\w-]+)\s*(?:=\s*(.*?)\s*)?$/gm)]);
  const own = Object.entries(env).filter(([name]) => name.startsWith('NPM_CONFIG_'));
  const variables = [...own, ...environmentOfNpm(env)].map(([name, value]) => ['', name.slice('npm_config_'.length), value]);
  return new Set([...inFiles, ...variables].map(([, key, value = 'true']) => `${key.toLowerCase().replaceAll('-', '_')}=${value}`));
}

/** npm's settings in the environment that npm itself was started with. Known on Linux only. */
function environmentOfNpm(env) {
  let pid = process.ppid;
  try {
    const node = realpathSync(env.npm_node_execpath);
    // npm starts a shell, which may or may not have become this process.
    while (readlinkSync(`/proc/${pid}/exe`) !== node) pid = Number(/\) \S (\d+)/.exec(readText(`/proc/${pid}/stat`))[1]);
  } catch {
    return [];
  }
  return [...readText(`/proc/${pid}/environ`).matchAll(/(?:^|\0)(npm_config_[^=]*)=([^\0]*)/gi)].map(([, name, value]) => [name, value]);
}

function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

const isTutorial = (folder) => basename(dirname(folder)) === 'tutorials';

const quote = (word) => (/^[\w.:=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
