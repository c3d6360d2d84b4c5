/** Options whose value is the next word. */
const WITH_VALUE = new Set(['--lang', '--target', '--run', '--from', '--break', '--older-than']);

/** Where the first word stands that is neither an option nor the value of one. -1 where there is none. */
export function commandAt(argv: readonly string[]): number {
  return argv.findIndex((text, index) => !text.startsWith('-') && !WITH_VALUE.has(argv[index - 1] ?? ''));
}
