// One part of the nightly run: PART is 01-05, the path, or the number of a tutorial that stands alone. What cannot be run for want of a setting is
// said to be so, on the page of the run: a part that was skipped in silence would look like one that works.
import { spawn } from 'node:child_process';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';

const VENDOR = ['VENDOR_DISCOVERY_URL', 'VENDOR_CLIENT_ID', 'VENDOR_CLIENT_SECRET', 'VENDOR_API_URL', 'VENDOR_AGENT_AUDIENCE'];
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  '01-05': ['OPENAI_API_KEY'],
  '06': ['OPENAI_API_KEY', ...VENDOR],
  '07': ['OPENAI_API_KEY', ...VENDOR],
  '08': ['OPENAI_API_KEY', ...VENDOR],
  '09': ['AZURE_OPENAI_API_KEY', 'AZURE_OPENAI_ENDPOINT', 'AZURE_OPENAI_DEPLOYMENT'],
};

const part = process.env['PART'] ?? '';
const needed = NEEDS[part];
if (!needed) {
  console.error(`PART is '${part}'. Expected one of: ${Object.keys(NEEDS).join(', ')}.`);
  process.exit(2);
}
const missing = needed.filter((name) => !process.env[name]);
if (missing.length === 0) {
  process.exitCode = await start(part === '01-05' ? [] : [part]);
  await tell(process.exitCode === 0 ? `${part}: ran` : `${part}: failed`);
} else if (part === '01-05') {
  // Without the path nothing was proven: that is a failure and no choice.
  console.error(`${part} cannot be run: ${missing.join(', ')} not set.`);
  process.exitCode = 2;
} else {
  console.log(`::warning::${part} was not run: ${missing.join(', ')} not set.`);
  await tell(`${part}: NOT RUN, for want of ${missing.join(', ')}`);
}

function start(steps: readonly string[]): Promise<number> {
  const args = [join(import.meta.dirname, '../../packages/harness/launch.mjs'), ...steps, '--target', 'aws', '--yes'];
  // GitHub knows these as empty texts where they are not set; to an SDK that is a setting.
  const env = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ''));
  return new Promise((resolve, reject) => {
    spawn(process.execPath, args, { stdio: 'inherit', env })
      .once('error', reject)
      .once('close', (status) => resolve(status ?? 1));
  });
}

async function tell(line: string): Promise<void> {
  const page = process.env['GITHUB_STEP_SUMMARY'];
  if (page) await appendFile(page, `- ${line}\n`);
}
