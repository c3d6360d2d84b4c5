import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import {
  environmentOf,
  EmulatorError,
  findEmulator,
  startEmulator,
  type Emulator,
  type EmulatorInfo,
  type InventoryEntry,
} from '@agentcore-tutorials/emulator';
import { findIdentity } from './aws-identity.ts';
import { HarnessError } from './errors.ts';
import { EMULATOR_FOLDER } from './find-steps.ts';
import { t } from './messages/index.ts';
import type { Message } from './messages/catalog.ts';
import { localModels, modelsFromEnvironment, replacingKey, type ModelName, type Models } from './model-access.ts';
import type { Narrator } from './narrator.ts';

export type TargetName = 'local' | 'aws';

/** An OAuth2 authorization server, a client of it, and an API that takes its tokens. */
export interface VendorAccess {
  /** Of its OpenID Connect discovery document. */
  readonly discoveryUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Base URL of the API; `/notes` below it needs the scope notes:read or notes:write. */
  readonly apiUrl: string;
  /** What a token must be meant for (`aud`) with which a user calls an agent. */
  readonly agentAudience: string;
}

/** An AWS to work on. Opening one sets the environment variables that every SDK reads: nothing else tells the steps where they are. */
export interface Target {
  readonly name: TargetName;
  readonly accountId: string;
  readonly region: string;
  /** Tells apart the state of runs on different targets. */
  readonly scope: string;
  /** Those that the steps want, and perhaps others. */
  readonly models: Models;
  /** Not on a real account, unless VENDOR_* variables tell of one. */
  readonly vendor: VendorAccess | undefined;
  /** Whether nobody else can be at work there. */
  readonly own: boolean;
  /** How long a changed policy may take to be known everywhere, in milliseconds. */
  readonly policyDelayMs: number;
  /** Every resource there is, where that can be asked for: not on a real account. */
  inventory(): Promise<InventoryEntry[]> | undefined;
  /** Whether it is there no more, because another command has ended whose emulator it was. */
  hasEnded(): Promise<boolean>;
  close(): Promise<void>;
}

export interface LocalTargetOptions {
  directory: string;
  ephemeral: boolean;
  /** The models that the steps use when they are real ones (`--model openai`), in place of the emulator's stand-in. */
  models?: Models;
  /** Whether to wait for another command that has its emulator inside of itself: with that command it would end in the middle of this one. */
  wait?: { say: Narrator; signal: AbortSignal };
}

/**
 * The emulator: the one that runs already, or else one inside of this process, which keeps its state in `directory` unless it is `ephemeral`.
 */
export async function openLocalTarget(options: LocalTargetOptions): Promise<Target> {
  const key = replacingKey(process.env);
  const found = await findOrStart(options);
  try {
    return useEmulator(found, options, key);
  } catch (error) {
    // One that nobody knows would keep the process alive.
    await found.embedded?.stop();
    throw error;
  }
}

function useEmulator({ ours, running, embedded }: FoundOrStarted, options: LocalTargetOptions, key: string | undefined): Target {
  const { directory, ephemeral } = options;
  if (embedded && !ephemeral) writeFileSync(join(directory, EMBEDDED), String(process.pid));
  const info = running ?? embedded!;
  // Settings of the shell, and of files in the home directory, that would lead the SDKs elsewhere.
  for (const name of Object.keys(process.env))
    if (name.startsWith('AWS_') && !/^AWS_(?:REGION|DEFAULT_REGION|MAX_ATTEMPTS|RETRY_MODE)$/.test(name)) delete process.env[name];
  const none = join(directory, 'no-aws-settings');
  const { OPENAI_BASE_URL: baseUrl } = process.env;
  Object.assign(process.env, { AWS_CONFIG_FILE: none, AWS_SHARED_CREDENTIALS_FILE: none }, environmentFor(info));
  if (options.models) {
    delete process.env['OPENAI_BASE_URL'];
    if (baseUrl !== undefined) process.env['OPENAI_BASE_URL'] = baseUrl;
  }
  return {
    name: 'local',
    accountId: info.accountId,
    region: info.region,
    // The emulator of the home directory is another AWS, where a run of this project's own is not to be found.
    scope: `${running && !ours ? 'local-shared' : 'local'}-${info.accountId}-${info.region}`,
    models: options.models ?? localModels({ apiKey: key ?? info.modelApiKey, endpoint: info.endpoint }),
    vendor: info.vendor,
    own: embedded !== undefined,
    policyDelayMs: 0,
    inventory: async () => (embedded ? embedded.inventory() : fetchInventory(info)),
    hasEnded: async () => ours !== undefined && (await findOurs(directory))?.pid !== ours.pid,
    async close() {
      await embedded?.stop();
      // The next command may have written its own by now.
      if (embedded && !ephemeral && embeddedPid(directory) === String(process.pid)) rmSync(join(directory, EMBEDDED), { force: true });
    },
  };
}

interface FoundOrStarted {
  /** On this project's own state. */
  ours?: EmulatorInfo | undefined;
  /** The same, or the one of the home directory. */
  running?: EmulatorInfo;
  embedded?: Emulator;
}

async function findOrStart({ directory, ephemeral, wait }: LocalTargetOptions): Promise<FoundOrStarted> {
  const dataDirectory = join(directory, EMULATOR_FOLDER);
  for (;;) {
    let ours = await findOurs(directory);
    // When one has ended the next one that waited may have begun.
    if (wait) while (ours?.isEmbedded) ours = ephemeral ? undefined : await waitForEnd(directory, ours, wait);
    const running = ours ?? (await findEmulator({ dataDirectory: join(homedir(), '.agentcore-local') }));
    if (running) return { ours, running };
    try {
      return { embedded: await startEmulator(ephemeral ? { ephemeral: true } : { dataDirectory }) };
    } catch (error) {
      // Another command has started one since the first look.
      if (!(error instanceof EmulatorError && error.code === 'ALREADY_RUNNING')) throw error;
    }
  }
}

/** Holds the process whose emulator is inside of it. */
const EMBEDDED = 'command.pid';

/** The emulator on this project's own state, and whether it is inside of a command and ends with that. */
async function findOurs(directory: string): Promise<(EmulatorInfo & { isEmbedded: boolean }) | undefined> {
  // Before and after: between its answer and a look into the file a command may have ended.
  const before = embeddedPid(directory);
  const info = await findEmulator({ dataDirectory: join(directory, EMULATOR_FOLDER) });
  return info && { ...info, isEmbedded: [before, embeddedPid(directory)].includes(String(info.pid)) };
}

function embeddedPid(directory: string): string | undefined {
  try {
    return readFileSync(join(directory, EMBEDDED), 'utf8');
  } catch {
    return undefined;
  }
}

async function waitForEnd(
  directory: string,
  { pid }: EmulatorInfo,
  { say, signal }: NonNullable<LocalTargetOptions['wait']>,
): ReturnType<typeof findOurs> {
  say.about(t('target.wait', { pid }));
  for (;;) {
    await setTimeout(200, undefined, { signal });
    const now = await findOurs(directory);
    if (now?.pid !== pid) return now;
  }
}

function environmentFor(info: EmulatorInfo): Record<string, string> {
  try {
    return environmentOf(info);
  } catch (cause) {
    // One that was started before an update of this repository does not report all that is needed now.
    throw new HarnessError('OTHER_EMULATOR', t('target.otherVersion', { endpoint: info.endpoint, pid: info.pid }), { cause });
  }
}

async function fetchInventory({ endpoint, adminToken }: { endpoint: string; adminToken: string }): Promise<InventoryEntry[]> {
  const response = await fetch(`${endpoint}/_emulator/inventory`, { headers: { authorization: `Bearer ${adminToken}` } }).catch(
    (cause: unknown) => {
      throw new HarnessError('OTHER_EMULATOR', t('target.ended', { endpoint }), { cause });
    },
  );
  return ((await response.json()) as { resources: InventoryEntry[] }).resources;
}

export interface AwsTargetOptions {
  yes: boolean;
  plan: readonly Message[];
  say: Narrator;
  /** What the steps ask. */
  models: readonly ModelName[];
}

/** Wherever the default credentials lead: a real account, unless AWS_ENDPOINT_URL says otherwise. Asks before anything is created. */
export async function openAwsTarget({ yes, plan, say, models: wanted }: AwsTargetOptions): Promise<Target> {
  const models = modelsFromEnvironment(wanted);
  const { region, accountId, identity } = await findIdentity();
  const where = { account: accountId, region, identity };
  const endpoint = process.env['AWS_ENDPOINT_URL'];
  say.heading(t('target.aws'));
  say.about(endpoint ? t('target.aws.where.endpoint', { ...where, endpoint }) : t('target.aws.where', where));
  for (const line of plan) say.about(line);
  if (!yes) await confirm(say);
  return {
    name: 'aws',
    accountId,
    region,
    scope: `aws-${accountId}-${region}`,
    models,
    vendor: vendorFromEnvironment(),
    own: false,
    policyDelayMs: 30_000,
    inventory: () => undefined,
    hasEnded: async () => false,
    close: async () => {},
  };
}

function vendorFromEnvironment(): VendorAccess | undefined {
  const settings = {
    discoveryUrl: process.env['VENDOR_DISCOVERY_URL'],
    clientId: process.env['VENDOR_CLIENT_ID'],
    clientSecret: process.env['VENDOR_CLIENT_SECRET'],
    apiUrl: process.env['VENDOR_API_URL'],
    agentAudience: process.env['VENDOR_AGENT_AUDIENCE'],
  };
  return Object.values(settings).every(Boolean) ? (settings as VendorAccess) : undefined;
}

async function confirm(say: Narrator): Promise<void> {
  if (!process.stdin.isTTY) throw new HarnessError('NOT_CONFIRMED', t('target.noTerminal'));
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await prompt.question(`  ${say.text(t('target.confirm'))} `);
  prompt.close();
  if (!/^y(?:es)?$/i.test(answer.trim())) throw new HarnessError('NOT_CONFIRMED', t('target.declined'));
}
