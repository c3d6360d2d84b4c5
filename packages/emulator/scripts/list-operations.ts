// Writes docs/operations.md: which operations there are and which answer 501, from the models and the handlers themselves.
//
// Why generated: a list that somebody keeps by hand promises what was taken away and hides what was added. `--check` fails when the page differs.
import { readFile, writeFile } from 'node:fs/promises';
import { loadModels } from '../src/load-models.ts';
import { REFUSED_MEMBERS } from '../src/gateway/refused-members.ts';
import { services } from '../src/services/index.ts';

const NAMES: Record<string, string> = {
  'bedrock-agentcore': 'AgentCore, data plane',
  'bedrock-agentcore-control': 'AgentCore, control plane',
  ecr: 'ECR',
  iam: 'IAM',
  logs: 'CloudWatch Logs',
  secretsmanager: 'Secrets Manager',
  sts: 'STS',
};

const sections = loadModels().map((model) => {
  const [there, missing] = Object.keys(model.operations).reduce<[string[], string[]]>(
    ([yes, no], name) => (services[model.service]?.[name] ? [[...yes, name], no] : [yes, [...no, name]]),
    [[], []],
  );
  const absent =
    missing.length === 0 ? 'Nothing of this service answers 501.' : `**501** (${missing.length}): ${missing.toSorted().join(', ')}.`;
  const refused = Object.entries(REFUSED_MEMBERS[model.service] ?? {}).map(([name, { why }]) => `- \`${name}\`: ${why}.`);
  const parameters = refused.length === 0 ? '' : `\n**Parameters that answer 501:**\n\n${refused.join('\n')}\n`;
  const title = NAMES[model.service] ?? model.service;
  return `## ${title}\n\n**There** (${there.length}): ${there.toSorted().join(', ')}.\n\n${absent}\n${parameters}`;
});
const text = `# Operations

<!-- Written by scripts/list-operations.ts. -->

Every operation of the official SDKs' models, by service. What answers 501 names itself in the answer, and so does a parameter that is not
implemented: none is accepted without effect. [S3](s3.md) and the
[registry](registry.md) have no such model here and say for themselves what they have. Beside these there is \`GET /runtimes/{arn}/ws\`, the
WebSocket of an agent, which is in no model.

${sections.join('\n')}`;

const file = new URL('../docs/operations.md', import.meta.url);
if (!process.argv.includes('--check')) await writeFile(file, text);
else if ((await readFile(file, 'utf8').catch(() => '')) !== text) {
  console.error('docs/operations.md is not what the handlers are. Run: pnpm --filter @agentcore-tutorials/emulator run list-operations');
  process.exitCode = 1;
}
