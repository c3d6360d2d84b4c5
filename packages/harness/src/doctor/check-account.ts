import { findIdentity } from '../aws-identity.ts';
import { HarnessError } from '../errors.ts';
import { verbatim } from '../messages/catalog.ts';
import { t } from '../messages/index.ts';
import type { Finding } from './finding.ts';

/** Whether AWS accepts the credentials, or why not. */
export async function checkAccount(target: 'local' | 'aws'): Promise<Finding> {
  const what = t('doctor.account');
  if (target === 'local') return { what, ok: true, detail: t('doctor.account.none') };
  try {
    const { accountId: account, identity } = await findIdentity();
    return { what, ok: true, detail: t('doctor.account.is', { account, identity }) };
  } catch (error) {
    const endpoint = process.env['AWS_ENDPOINT_URL'];
    if (error instanceof HarnessError && error.code === 'NO_REGION') return { what, ok: false, detail: t('doctor.account.noRegion') };
    const isUnreachable = error instanceof HarnessError && error.code === 'UNREACHABLE';
    if (isUnreachable && endpoint) return { what, ok: false, detail: t('doctor.endpoint', { endpoint }), fix: t('doctor.endpoint.fix') };
    const { cause } = error as HarnessError;
    const reason = cause instanceof Error ? cause.message : (error as Error).message;
    return { what, ok: false, detail: verbatim(reason), fix: t('doctor.account.fix') };
  }
}
