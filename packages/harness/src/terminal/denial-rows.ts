import type { Message } from '../messages/catalog.ts';
import { t } from '../messages/index.ts';
import type { Denial } from './parse-denial.ts';
import type { Style, Tone } from './style.ts';

/** The rows of the table that a denial becomes: labels and values. Nothing of the message is left out. */
export function denialRows(
  { principal, action, resource, reason, fix, requestId, rest }: Denial,
  { text, short, style }: { text: (message: Message) => string; short: (text: string) => string; style: Style },
): string[][] {
  const rows: [Message, string | undefined, Tone?][] = [
    [t('denial.principal'), principal],
    [t('denial.action'), action, 'fail'],
    [t('denial.resource'), resource],
    [t('denial.reason'), reason],
    [t('denial.fix'), fix],
    [t('denial.note'), rest === '' ? undefined : rest],
    [t('denial.request'), requestId],
  ];
  return rows.flatMap(([label, value, tone]) => {
    if (value === undefined) return [];
    return [[style('detail', text(label)), tone === undefined ? short(value) : style(tone, short(value))]];
  });
}
