import type { TargetName } from './target.ts';

/** A command for the learner to type, on the target that they are using: `npm start -- 03 --target aws`. */
export function commandLine(args: string, target: TargetName | undefined): string {
  return `npm start -- ${args}${target === 'aws' ? ' --target aws' : ''}`;
}
