// Writes infra/nightly-policy.json from what the tutorials and the sweep really ask for. `--check` fails when it would be another one.
// With `--account 123456789012 --region us-west-2` prints the policy for that place, to be put on a role.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { recordAccess } from './record-access.ts';
import { placePolicy, writePolicy } from './write-policy.ts';

const FILE = join(import.meta.dirname, '../../infra/nightly-policy.json');
const { values } = parseArgs({
  options: { check: { type: 'boolean' }, trust: { type: 'boolean' }, account: { type: 'string' }, region: { type: 'string' } },
});

if (values.account !== undefined && values.region !== undefined) {
  const file = values.trust ? join(import.meta.dirname, '../../infra/nightly-trust.json') : FILE;
  console.log(placePolicy(await readFile(file, 'utf8'), { account: values.account, region: values.region }));
} else {
  const { recorded, place } = await recordAccess();
  const text = `${JSON.stringify(writePolicy(recorded, place), null, 2)}\n`;
  if (!values.check) await writeFile(FILE, text);
  else if ((await readFile(FILE, 'utf8')) !== text) {
    console.error('infra/nightly-policy.json is not what the tutorials ask for now. npx pnpm nightly:policy writes it.');
    process.exitCode = 1;
  }
}
