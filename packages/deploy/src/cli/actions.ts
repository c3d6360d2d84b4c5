import { DeployError } from '../errors.ts';
import type { Arguments } from './arguments.ts';
import { journalOf, readAgent, timeoutMs } from './arguments.ts';
import type { Output } from './printer.ts';
import { createPrinter } from './printer.ts';

interface Surroundings {
  out: Output;
  signal: AbortSignal;
  /** Aborted when nobody reads `out` any more. */
  unread: AbortSignal;
}

/** Returns the exit status. */
export type Action = (args: Arguments, surroundings: Surroundings) => Promise<0 | 1>;

export async function plan(args: Arguments, { out, signal }: Surroundings): Promise<0> {
  const result = await (await readAgent(args)).plan({ signal, ...timeoutMs(args), ...journalOf(args) });
  createPrinter(out, args.flags.json === true).result(result, [
    `account ${result.account}, ${result.region}`,
    ...result.changes.map(({ action, step, resource, detail }) => `${action.padEnd(8)} ${step.padEnd(10)} ${resource}: ${detail}`),
    result.changed ? `deploy would upload at most ${result.bytes} bytes` : 'nothing to do',
  ]);
  return 0;
}

export async function deploy(args: Arguments, { out, signal }: Surroundings): Promise<0> {
  const onFailure = args.flags.onFailure ?? 'keep';
  if (onFailure !== 'keep' && onFailure !== 'rollback')
    throw new DeployError('INVALID_CONFIG', `--on-failure: '${onFailure}' is not valid. Expected keep or rollback.`);
  const printer = createPrinter(out, args.flags.json === true);
  const agent = await readAgent(args);
  const {
    invoke: _invoke,
    stopSession: _stop,
    logs: _logs,
    ...deployment
  } = await agent
    .deploy({ signal, onFailure, onEvent: printer.event, ...timeoutMs(args), ...journalOf(args) })
    .finally(() => printer.close());
  printer.result(deployment, [`${deployment.status}: ${deployment.agentRuntimeArn} version ${deployment.agentRuntimeVersion}`]);
  return 0;
}

export async function status(args: Arguments, { out, signal }: Surroundings): Promise<0 | 1> {
  const found = await (await readAgent(args)).status({ signal, ...timeoutMs(args), ...journalOf(args) });
  // With nothing but a name there is nothing to compare with: the defaults are not what somebody described.
  const result = isDescribed(args) ? found : { ...found, drift: found.drift.filter((text) => /^(?:push|upload): /.test(text)) };
  createPrinter(out, args.flags.json === true).result(result, [
    `${result.status} in ${result.region} of account ${result.account}`,
    ...Object.entries(result)
      .filter(([key]) => !['status', 'region', 'account', 'drift'].includes(key))
      .map(([key, value]) => `  ${key.padEnd(20)} ${value instanceof Date ? value.toISOString() : String(value)}`),
    ...result.drift.map((text) => `  differs: ${text}`),
  ]);
  return result.status === 'READY' ? 0 : 1;
}

export async function invoke(args: Arguments, { out, signal, unread }: Surroundings): Promise<0> {
  const [text = ''] = args.positionals;
  const deployment = await (await readAgent(args)).attach({ signal, ...timeoutMs(args) });
  const { user, session, qualifier } = args.flags;
  const reply = await deployment.invoke(parsePayload(text), {
    signal,
    ...(user ? { userId: user } : {}),
    ...(session ? { sessionId: session } : {}),
    ...(qualifier ? { qualifier } : {}),
  });
  if (args.flags.json) {
    createPrinter(out, true).result({ contentType: reply.contentType, sessionId: reply.sessionId, value: await reply.json() }, []);
    return 0;
  }
  for await (const piece of reply.text()) {
    out.write(piece);
    if (unread.aborted) return 0;
  }
  out.write('\n');
  return 0;
}

export async function logs(args: Arguments, { out, signal, unread }: Surroundings): Promise<0> {
  const deployment = await (await readAgent(args)).attach({ signal, ...timeoutMs(args) });
  const { qualifier, follow = false, json } = args.flags;
  for await (const line of deployment.logs({ signal: AbortSignal.any([signal, unread]), follow, ...(qualifier ? { qualifier } : {}) })) {
    out.write(`${json ? JSON.stringify(line) : `${line.at.toISOString()} ${line.message}`}\n`);
  }
  return 0;
}

export async function stop(args: Arguments, { signal }: Surroundings): Promise<0> {
  const { session, qualifier } = args.flags;
  if (!session) throw new DeployError('INVALID_CONFIG', 'No session was given. Pass --session ID.');
  const deployment = await (await readAgent(args)).attach({ signal, ...timeoutMs(args) });
  await deployment.stopSession(session, { signal, ...(qualifier ? { qualifier } : {}) });
  return 0;
}

export async function destroy(args: Arguments, { out, signal }: Surroundings): Promise<0 | 1> {
  const printer = createPrinter(out, args.flags.json === true);
  const dryRun = args.flags.dryRun === true;
  const agent = await readAgent(args);
  const report = await agent
    .destroy({ signal, dryRun, onEvent: printer.event, ...timeoutMs(args), ...journalOf(args) })
    .finally(() => printer.close());
  printer.result(report, [
    ...(dryRun ? report.deleted.map((arn) => `would delete ${arn}`) : []),
    dryRun
      ? 'nothing was deleted'
      : report.verified
        ? `nothing is left${report.kept.length > 0 ? ' but what is listed above' : ''}`
        : 'something is still there: run it again',
  ]);
  return dryRun || report.verified ? 0 : 1;
}

export async function eject(args: Arguments, { out, signal }: Surroundings): Promise<0> {
  if (!args.flags.out) throw new DeployError('INVALID_CONFIG', 'No directory was given. Pass --out DIRECTORY.');
  const result = await (await readAgent(args)).eject(args.flags.out, { signal });
  createPrinter(out, args.flags.json === true).result(result, [
    ...result.files.map((file) => `wrote ${file}`),
    'Build and push it yourself:',
    ...result.commands.map((line) => `  ${line}`),
  ]);
  return 0;
}

function isDescribed({ flags }: Arguments): boolean {
  const { config, entry, base, image, artifact, credential, env, tag, role } = flags;
  return [config, entry, base, image, artifact, credential, env, tag, role].some((flag) => flag !== undefined);
}

/** JSON when it is JSON, else the text itself as the usual payload. */
function parsePayload(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return { prompt: text };
  }
}
