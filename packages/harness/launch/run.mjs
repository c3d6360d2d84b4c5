import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import process from 'node:process';

/**
 * Runs a command to its end.
 *
 * @param {(text: string) => void} [onOutput] called with what it prints, whole lines of one output at a time, where `stdio` makes pipes
 * @returns {Promise<{ status: number, interrupted: boolean }>} the exit status, which is 128 and the signal's number when a signal ended it; and
 *   whether a signal has reached this process in the meantime
 */
export function run(command, args, options, onOutput) {
  const child = spawn(command, args, { cwd: process.cwd(), ...options });
  for (const stream of [child.stdout, child.stderr]) if (stream) readLines(stream, onOutput);
  // A terminal sends Ctrl-C to both: the child decides what it means, and this process waits for it. Other signals may reach this process alone,
  // or both: the child does not count them twice.
  let interrupted = false;
  const note = () => {
    interrupted = true;
  };
  const pass = (signal) => {
    interrupted = true;
    child.kill(signal);
  };
  process.on('SIGINT', note);
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, pass);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      process.off('SIGINT', note);
      for (const name of ['SIGTERM', 'SIGHUP']) process.off(name, pass);
      resolve({ status: code ?? 128 + constants.signals[signal], interrupted });
    });
  });
}

/** The outputs come in pieces of any length, and by turns: the rest of a line must not be read as a part of the other output's. */
function readLines(stream, onOutput) {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text) => {
    const all = rest + text;
    const end = all.lastIndexOf('\n') + 1;
    rest = all.slice(end);
    if (end > 0) onOutput(all.slice(0, end));
  });
  stream.on('end', () => {
    if (rest !== '') onOutput(`${rest}\n`);
  });
}
