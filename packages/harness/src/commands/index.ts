import type { CommandName } from '../program/parse-command-line.ts';
import type { Command } from './context.ts';

/** Each command is loaded when it is used. */
const COMMANDS: Readonly<Record<Exclude<CommandName, 'uninstall'>, () => Promise<Command>>> = {
  run: async () => (await import('./run.ts')).run,
  list: async () => (await import('./list.ts')).list,
  check: async () => (await import('./check.ts')).check,
  doctor: async () => (await import('./doctor.ts')).doctor,
  hints: async () => (await import('./hints.ts')).hints,
  logs: async () => (await import('./logs.ts')).logs,
  reset: async () => (await import('./reset.ts')).reset,
  sweep: async () => (await import('./sweep.ts')).sweep,
  status: async () => (await import('./status.ts')).status,
};

export function loadCommand(name: CommandName): Promise<Command> {
  // The launcher, which needs no dependency, does it before this is started.
  if (name === 'uninstall') throw new Error('uninstall is a command of the launcher');
  return COMMANDS[name]();
}
