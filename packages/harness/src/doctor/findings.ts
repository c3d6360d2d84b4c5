import { existsSync, statfsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { findEmulator, type EmulatorInfo } from '@agentcore-tutorials/emulator';
import { findActive } from '../exercises/find-active.ts';
import { openMarks } from '../exercises/marks.ts';
import { EMULATOR_FOLDER, numberOf, ROOT } from '../find-steps.ts';
import { verbatim } from '../messages/catalog.ts';
import { t } from '../messages/index.ts';
import { isSendable } from '../model-access.ts';
import { checkAccount } from './check-account.ts';
import { checkRegion } from './check-region.ts';
import type { Finding } from './finding.ts';

const FREE_MEGABYTES = 500;

export interface Place {
  target: 'local' | 'aws';
  /** The state of the harness. */
  directory: string;
}

/** Looks at everything that the tutorials need on this machine. */
export async function findings({ target, directory }: Place): Promise<Finding[]> {
  const running = await findRunning(directory);
  return [
    node(),
    dependencies(),
    disk(directory),
    emulator(running),
    await checkRegion({ target, running }),
    modelKey(target),
    await checkAccount(target),
    await exercises(directory),
  ];
}

/** The emulator that a command would use. */
async function findRunning(directory: string): Promise<EmulatorInfo | undefined> {
  const folders = [join(directory, EMULATOR_FOLDER), join(homedir(), '.agentcore-local')];
  for (const dataDirectory of folders) {
    const found = await findEmulator({ dataDirectory });
    if (found) return found;
  }
  return undefined;
}

function node(): Finding {
  const ok = Number(process.versions.node.split('.')[0]) >= 24;
  return { what: t('doctor.node'), ok, detail: verbatim(process.version), ...(!ok && { fix: t('doctor.node.fix') }) };
}

function dependencies(): Finding {
  const ok = existsSync(join(ROOT, 'node_modules/.pnpm'));
  const detail = ok ? t('doctor.installed') : t('doctor.notInstalled');
  return { what: t('doctor.dependencies'), ok, detail, ...(!ok && { fix: t('doctor.dependencies.fix') }) };
}

function disk(directory: string): Finding {
  let place = directory;
  while (!existsSync(place)) place = dirname(place);
  const { bavail, bsize } = statfsSync(place);
  const megabytes = Math.floor((bavail * bsize) / 1e6);
  const ok = megabytes >= FREE_MEGABYTES;
  const fix = ok ? {} : { fix: t('doctor.disk.fix', { megabytes: FREE_MEGABYTES }) };
  return { what: t('doctor.disk'), ok, detail: t('doctor.disk.free', { megabytes }), ...fix };
}

function emulator(running: EmulatorInfo | undefined): Finding {
  const detail = running ? t('doctor.emulator.runs', { endpoint: running.endpoint, version: running.version }) : t('doctor.emulator.none');
  return { what: t('doctor.emulator'), ok: true, detail };
}

function modelKey(target: Place['target']): Finding {
  const key = process.env['OPENAI_API_KEY'];
  if (target === 'local') return { what: t('doctor.model'), ok: true, detail: t('doctor.model.local') };
  const what = t('doctor.modelKey');
  if (!key) return { what, ok: false, detail: t('doctor.modelKey.missing'), fix: t('doctor.modelKey.fix') };
  const ok = isSendable(key);
  return { what, ok, detail: t('doctor.modelKey.set', { length: key.length }), ...(!ok && { fix: t('doctor.modelKey.space') }) };
}

async function exercises(directory: string): Promise<Finding> {
  const [active] = await findActive(openMarks(directory));
  const what = t('doctor.exercise');
  if (active === undefined) return { what, ok: true, detail: t('doctor.exercise.none') };
  const { number, step } = active;
  return {
    what,
    ok: true,
    detail: t('doctor.exercise.active', { number, step: numberOf(step) }),
    fix: t('doctor.exercise.fix', { command: `npm start -- ${numberOf(step)} --repair` }),
  };
}
