import { arch, homedir, platform, release } from 'node:os';
import { findings } from '../doctor/findings.ts';
import type { Finding } from '../doctor/finding.ts';
import { t } from '../messages/index.ts';
import type { CommandContext } from './context.ts';

/** `doctor`: is this machine ready? Ends with a block for a bug report, which contains no secret. Exit status 1 when something is wrong. */
export async function doctor({ options, directory, say }: CommandContext): Promise<number> {
  const found = await findings({ target: options.target ?? 'local', directory });
  say.heading(t('doctor.machine'));
  say.table(
    found.map(({ what, ok, detail, fix }) => ({
      cells: [ok ? t('doctor.ok') : t('doctor.notOk'), what, detail],
      tone: ok ? ('pass' as const) : ('fail' as const),
      ...(fix && { note: t('doctor.fix', { fix }) }),
    })),
  );
  const report = reportOf(found);
  say.heading(t('doctor.report'));
  say.show(report);
  const ok = found.every((finding) => finding.ok);
  const inEnglish = found.map(({ what, ok: isOk, detail, fix }) => ({
    what: what.in('en'),
    ok: isOk,
    detail: detail.in('en'),
    ...(fix && { fix: fix.in('en') }),
  }));
  if (options.json) process.stdout.write(`${JSON.stringify({ ok, findings: inEnglish, report })}\n`);
  return ok ? 0 : 1;
}

/** In English, for the maintainers. Account numbers, names of identities and home directories are left out. */
function reportOf(found: readonly Finding[]): string {
  const lines = [
    `${platform()} ${release()} ${arch()}`,
    ...found.map(({ what, ok, detail }) => `${ok ? 'ok' : 'NOT OK'} ${what.in('en')}: ${detail.in('en')}`),
  ];
  return lines
    .join('\n')
    .replaceAll(homedir(), '~')
    .replaceAll(/\b\d{12}\b/g, '************')
    .replaceAll(/(?<=assumed-role\/|user\/)\S+/g, '***');
}
