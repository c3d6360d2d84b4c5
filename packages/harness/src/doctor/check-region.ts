import type { EmulatorInfo } from '@agentcore-tutorials/emulator';
import { verbatim, type Message } from '../messages/catalog.ts';
import { t } from '../messages/index.ts';
import { REGIONS, REGIONS_OF } from '../regions.ts';
import type { Finding } from './finding.ts';

/** The emulator's own default: it is also where AgentCore was first available. */
const DEFAULT_REGION = 'us-west-2';

/** The region in which resources are created, and what decides that. */
export async function checkRegion({ target, running }: { target: 'local' | 'aws'; running: EmulatorInfo | undefined }): Promise<Finding> {
  const what = t('doctor.region');
  const used = target === 'aws' ? await regionOnAws() : regionInEmulator(running);
  if (used === undefined) return { what, ok: false, detail: t('doctor.region.none'), fix: t('doctor.region.none.fix') };
  const { region, source } = used;
  if (REGIONS.includes(region)) return { what, ok: true, detail: t('doctor.region.used', { region, source }) };
  return {
    what,
    ok: false,
    detail: t('doctor.region.unsupported', { region, date: REGIONS_OF }),
    fix: t('doctor.region.fix', { regions: REGIONS }),
  };
}

interface UsedRegion {
  region: string;
  source: Message;
}

async function regionOnAws(): Promise<UsedRegion | undefined> {
  const { STSClient } = await import('@aws-sdk/client-sts');
  const region = await new STSClient({}).config.region().catch(() => undefined);
  if (!region) return undefined;
  const variable = ['AWS_REGION', 'AWS_DEFAULT_REGION'].find((name) => process.env[name] === region);
  return { region, source: variable === undefined ? t('doctor.region.profile') : verbatim(variable) };
}

function regionInEmulator(running: EmulatorInfo | undefined): UsedRegion {
  if (running) return { region: running.region, source: t('doctor.region.emulator') };
  return { region: DEFAULT_REGION, source: t('doctor.region.default') };
}
