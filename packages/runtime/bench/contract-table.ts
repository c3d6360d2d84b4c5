import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { installOfficial } from './prepare.ts';

const run = promisify(execFile);
const fixture = (name: string): string => fileURLToPath(new URL(`../src/contract/fixtures/${name}`, import.meta.url));

/** What one implementation holds: case number -> held. */
type Held = Map<string, boolean>;

interface Column {
  title: string;
  env: Record<string, string>;
}

interface Report {
  testResults: { assertionResults: { title: string; status: string }[] }[];
}

/**
 * Runs the contract suite against each implementation and writes down which case each one holds, as a Markdown table.
 *
 * The Python SDK is among them where CONTRACT_PYTHON names an interpreter that can import `bedrock_agentcore`.
 */
export async function contractTable(): Promise<string> {
  const results: { title: string; held: Held }[] = [];
  const titles = new Map<string, string>();
  for (const { title, env } of await columns()) results.push({ title, held: await runSuite(env, titles) });

  const numbers = [...titles.keys()].sort();
  const rows = numbers.map((number) => {
    const marks = results.map(({ held }) => (held.get(number) === true ? '✅' : '❌'));
    return `| ${number} | ${titles.get(number)} | ${marks.join(' | ')} |`;
  });
  const sums = results.map(({ held }) => `**${[...held.values()].filter(Boolean).length} of ${numbers.length}**`);
  return [
    `| # | Case | ${results.map(({ title }) => title).join(' | ')} |`,
    `|---|---|${results.map(() => '---|').join('')}`,
    ...rows,
    `| | Held | ${sums.join(' | ')} |`,
  ].join('\n');
}

async function columns(): Promise<Column[]> {
  const module = await installOfficial();
  const program = JSON.stringify([process.execPath, fixture('agent-official.ts')]);
  const found: Column[] = [
    { title: 'this package', env: {} },
    {
      title: 'npm `bedrock-agentcore` 0.4.4',
      env: { CONTRACT_AGENT: program, CONTRACT_PACKAGE: module, CONTRACT_CONTEXT: module.replace(/index\.js$/, 'context.js') },
    },
    { title: 'that program on this package', env: { CONTRACT_AGENT: program } },
  ];
  const python = process.env['CONTRACT_PYTHON'];
  if (python !== undefined) {
    const { stdout } = await run(python, ['-c', "import importlib.metadata as m; print(m.version('bedrock-agentcore'))"]);
    found.push({
      title: `PyPI \`bedrock-agentcore\` ${stdout.trim()}`,
      env: { CONTRACT_AGENT: JSON.stringify([python, fixture('agent.py')]) },
    });
  }
  return found;
}

async function runSuite(env: Record<string, string>, titles: Map<string, string>): Promise<Held> {
  const folder = await mkdtemp(join(tmpdir(), 'contract-'));
  const file = join(folder, 'report.json');
  const suite = fileURLToPath(new URL('../src/contract', import.meta.url));
  try {
    // A case that fails makes vitest fail; the report says which.
    await run('npx', ['vitest', 'run', suite, '--reporter=json', `--outputFile=${file}`], { env: { ...process.env, ...env } }).catch(
      () => undefined,
    );
    const { testResults } = JSON.parse(await readFile(file, 'utf8')) as Report;
    const held: Held = new Map();
    for (const { title, status } of testResults.flatMap(({ assertionResults }) => assertionResults)) {
      const [, number = '', text = ''] = /^(\d\d) (.*?)(?: \(.*\))?$/.exec(title) ?? [];
      if (number === '') continue;
      if (!titles.has(number)) titles.set(number, text);
      held.set(number, (held.get(number) ?? true) && status === 'passed');
    }
    return held;
  } finally {
    await rm(folder, { recursive: true });
  }
}
