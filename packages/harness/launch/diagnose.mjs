import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { inputs } from './installed.mjs';
import { ROOT } from './places.mjs';

/** In the order in which they are looked for: a full disk may break a connection, but not the other way round. */
const CAUSES = [
  { id: 'noSpace', pattern: /\bENOSPC\b|\bEDQUOT\b|no space left on device|quota exceeded/i },
  { id: 'notWritable', pattern: /\b(?:EACCES|EPERM|EROFS)\b|permission denied|read-only file system/i },
  {
    id: 'certificate',
    pattern:
      /SELF_SIGNED_CERT|UNABLE_TO_(?:GET_ISSUER|VERIFY)|CERT_[A-Z]+|invalid peer certificate|UnknownIssuer|certificate (?:verify|has)/i,
  },
  { id: 'proxy', pattern: /\b407\b|proxy authentication|tunnel(?:ing socket| error)|proxy connect/i },
  {
    id: 'offline',
    pattern:
      /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT)\b|dns error|error sending request|tcp connect|timed out|failed to lookup/i,
  },
];

/**
 * Names the cause of a failed installation.
 *
 * @param {NodeJS.ErrnoException | undefined} error what kept npm and pnpm from running
 * @param {string} output of npm and pnpm
 * @returns {{ id: string, values?: Record<string, string> }} a message
 */
export function diagnose(error, output) {
  const text = error === undefined ? output.split('\n').filter(isReport).join('\n') : `${error.code} ${error.message}`;
  const cause = CAUSES.find(({ pattern }) => pattern.test(text));
  const [, registry = 'npm'] = /https?:\/\/([^/\s"')]+)/.exec(text) ?? [];
  if (cause !== undefined)
    return { id: cause.id === 'offline' && hasProxy(process.env) ? 'proxy' : cause.id, values: { folder: ROOT, registry } };
  const changed = error === undefined || error instanceof SyntaxError ? changedFiles() : [];
  if (changed.length > 0) return { id: 'changedFiles', values: { files: changed.join(', '), command: restore(changed) } };
  return { id: 'failed' };
}

function hasProxy(env) {
  return ['https_proxy', 'http_proxy', 'npm_config_https_proxy', 'npm_config_proxy'].some((name) => env[name] || env[name.toUpperCase()]);
}

/** Not an event that only reports progress. */
const isReport = (line) => !/^\{"time".*"level":"(?:debug|info)"/.test(line);

/** Which of the files that decide what is installed differ from the commit, as git sees them. */
function changedFiles() {
  const { status, stdout } = spawnSync('git', ['status', '--porcelain', '-z', '--no-renames', '--', ...inputs()], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (status !== 0) return [];
  return stdout
    .split('\0')
    .filter((line) => line !== '' && !line.startsWith('??'))
    .map((line) => line.slice(3));
}

/** From wherever the command was typed. */
function restore(files) {
  const { INIT_CWD: cwd = process.cwd() } = process.env;
  const inRoot = cwd.replace(/[\\/]*$/, '/') === ROOT.replace(/[\\/]*$/, '/');
  return inRoot ? `git restore ${files.join(' ')}` : `git restore ${files.map((file) => `:/${file}`).join(' ')}`;
}
