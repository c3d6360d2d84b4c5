import { HarnessError } from '../errors.ts';
import { t } from '../messages/index.ts';

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * `90m`, `24h`, `2d`, in milliseconds.
 * @throws {HarnessError} `USAGE`
 */
export function parseAge(text: string): number {
  const [, digits, unit = ''] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  if (digits === undefined) throw new HarnessError('USAGE', t('usage.age', { value: text }));
  return Number(digits) * (UNITS[unit] ?? 0);
}
