import { delimiter } from 'node:path';

/** PATH without the programs that this repository has installed: the Node and npm of the machine. */
export function machinesPath(): string[] {
  return (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'));
}
