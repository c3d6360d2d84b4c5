import type { InventoryEntry } from '@agentcore-tutorials/emulator';

/** When the prices below were looked up. They are public list prices in US dollars, us-west-2, without free tiers and taxes. */
export const PRICES_OF = '2026-11-23';

const HOURS_PER_MONTH = 730;

/** What exists costs, used or not. */
const PER_HOUR: Readonly<Record<string, number>> = {
  // https://aws.amazon.com/secrets-manager/pricing/: 0.40 per secret and month
  'secretsmanager:secret': 0.4 / HOURS_PER_MONTH,
  // https://aws.amazon.com/ecr/pricing/: 0.10 per GB and month; an image of these tutorials has 80 MB, compressed
  'ecr:repository': (0.1 * 0.08) / HOURS_PER_MONTH,
};

/** https://aws.amazon.com/bedrock/agentcore/pricing/: billed by the second, for what an agent uses while a session lives. */
export const SESSION_PRICES = { vcpuHour: 0.0895, gigabyteHour: 0.00945 };

/** US dollars an hour on a real account for what exists, while nobody uses it. */
export function costPerHour(resources: readonly Pick<InventoryEntry, 'type'>[]): number {
  return resources.reduce((sum, { type }) => sum + (PER_HOUR[type] ?? 0), 0);
}
