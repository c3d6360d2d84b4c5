/** A command of a README, and what it says. */
export interface Command {
  readonly command: string;
  readonly expected: readonly string[];
  /** Line of the command in the README, from 1. */
  readonly line: number;
}

/** A fenced block of the language `console`. */
export interface Block {
  readonly commands: readonly Command[];
  /** What is written after the language: `exit=1` (of the last command; default 0), `timeout=60` (seconds), `needs=account`. */
  readonly attributes: Readonly<Record<string, string>>;
  /** The text between the fences, without the indentation of the fence. */
  readonly text: string;
  readonly line: number;
}

const FENCE = /^(?<indent> *)```console(?<attributes>(?: +[a-z]+=\S+)*) *$/;

export function parseBlocks(markdown: string): Block[] {
  const lines = markdown.split('\n');
  const blocks: Block[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const { indent = '', attributes = '' } = FENCE.exec(lines[index] ?? '')?.groups ?? {};
    if (!FENCE.test(lines[index] ?? '')) continue;
    const end = lines.findIndex((line, at) => at > index && line.trim() === '```');
    if (end === -1) throw new Error(`line ${index + 1}: this block has no end`);
    const body = lines.slice(index + 1, end).map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
    blocks.push({
      commands: parseCommands(body, index + 2),
      attributes: Object.fromEntries(
        attributes
          .trim()
          .split(/ +/)
          .filter(Boolean)
          .map((text) => text.split('=', 2) as [string, string]),
      ),
      text: body.join('\n'),
      line: index + 1,
    });
    index = end;
  }
  return blocks;
}

function parseCommands(body: readonly string[], firstLine: number): Command[] {
  const commands: { command: string; expected: string[]; line: number }[] = [];
  for (const [index, line] of body.entries()) {
    if (line.startsWith('$ ')) commands.push({ command: line.slice(2), expected: [], line: firstLine + index });
    else if (commands.length > 0) commands.at(-1)!.expected.push(line);
    else throw new Error(`line ${firstLine + index}: a block of the language console begins with a command, "$ ..."`);
  }
  return commands;
}
