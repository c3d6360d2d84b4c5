import { HarnessError } from './errors.ts';
import { t } from './messages/index.ts';

export interface AwsIdentity {
  region: string;
  accountId: string;
  /** The ARN of the caller. */
  identity: string;
}

/**
 * Who the default credentials are, and the region that the SDK uses with them.
 *
 * @throws {HarnessError} `NO_REGION`, `NO_CREDENTIALS`, `UNREACHABLE`: each with the remedy for its cause.
 */
export async function findIdentity(): Promise<AwsIdentity> {
  const { STSClient, GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
  const sts = new STSClient({});
  const region = await sts.config.region().catch((cause: unknown) => {
    throw new HarnessError('NO_REGION', t('target.noRegion'), { cause });
  });
  const { Account: accountId = '', Arn: identity = '' } = await sts.send(new GetCallerIdentityCommand({})).catch((cause: unknown) => {
    throw identityError(cause);
  });
  return { region, accountId, identity };
}

/** Errors of the connection, as Node names them. */
const NETWORK = /^(?:ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|TimeoutError)$/;

function identityError(cause: unknown): HarnessError {
  const {
    name = '',
    code = '',
    message: reason = String(cause),
    $metadata,
  } = cause as {
    name?: string;
    code?: string;
    message?: string;
    $metadata?: { httpStatusCode?: number };
  };
  const endpoint = process.env['AWS_ENDPOINT_URL'];
  if (NETWORK.test(code) || NETWORK.test(name)) {
    const why = reason || code;
    return new HarnessError(
      'UNREACHABLE',
      endpoint ? t('target.unreachable', { endpoint, reason: why }) : t('target.network', { reason: why }),
      {
        cause,
      },
    );
  }
  const isMissing = name === 'CredentialsProviderError' && $metadata === undefined;
  return new HarnessError('NO_CREDENTIALS', isMissing ? t('target.noCredentials') : t('target.badCredentials', { reason }), { cause });
}
