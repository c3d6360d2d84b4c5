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
  { id: 'proxy', pattern: /\b407\b|proxy authentication|tunneling socket|proxy connect/i },
  {
    id: 'offline',
    pattern:
      /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT)\b|dns error|error sending request|tcp connect|timed out|failed to lookup/i,
  },
];

/**
 * Names the cause of a failed installation.
 *
 * @param {NodeJS.ErrnoException} error what was thrown, if anything was
 * @param {string} output of npm and pnpm
 * @returns {{ id: string, values?: Record<string, string>, showOutput: boolean }} the id of a message, with its values
 */
export function diagnose(error, output) {
  const text = `${error.code ?? ''} ${error.message}\n${output
    .split('\n')
    .filter((line) => !/^\{"time".*"level":"(?:debug|info)"/.test(line))
    .join('\n')}`;
  const cause = CAUSES.find(({ pattern }) => pattern.test(text));
  if (cause !== undefined) {
    const [, host] = /https?:\/\/([^/\s"')]+)/.exec(text) ?? [];
    return { id: cause.id, values: { folder: ROOT, registry: host ?? 'npm' }, showOutput: cause.id !== 'noSpace' };
  }
  const changed = changedFiles();
  if (changed.length > 0) return { id: 'changedFiles', values: { files: changed.join(' '), command: restore(changed) }, showOutput: true };
  return { id: 'failed', showOutput: true };
}

/** Which of the files that decide what is installed differ from the commit, as git sees them. */
function changedFiles() {
  const { status, stdout } = spawnSync('git', ['status', '--porcelain', '-z', '--no-renames', '--', ...inputs(), 'package.json'], {
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
