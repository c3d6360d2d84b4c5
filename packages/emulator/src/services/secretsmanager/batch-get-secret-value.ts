import type {
  APIErrorType,
  BatchGetSecretValueCommandInput,
  BatchGetSecretValueCommandOutput,
  SecretValueEntry,
} from '@aws-sdk/client-secrets-manager';
import { AwsError } from '../../gateway/aws-error.ts';
import { defineOperation } from '../../gateway/operation.ts';
import { listPage } from '../page.ts';
import { readCurrent } from './get-secret-value.ts';
import { badToken } from './list-secrets.ts';
import { matches } from './match-filter.ts';
import { onSecret } from './on-secret.ts';
import { SECRET, type SecretItem } from './secret.ts';

/** Whoever finds secrets by filters lists them, and each value is read with the permission to read that one. */
export const batchGetSecretValue = defineOperation<BatchGetSecretValueCommandInput, BatchGetSecretValueCommandOutput>({
  authorize: (input) => [{ resources: ['*'] }, ...(input.Filters ? [{ action: 'secretsmanager:ListSecrets', resources: ['*'] }] : [])],
  handle({ SecretIdList: ids, Filters: filters, MaxResults: limit, NextToken: token }, context) {
    if ((ids === undefined) === (filters === undefined)) throw invalid('You must provide either SecretIdList or Filters, and not both.');
    if (ids && (limit !== undefined || token !== undefined)) throw invalid('MaxResults and NextToken can only be used with Filters.');
    const { accountId, region, emulator } = context;
    const page = filters && listPage<SecretItem>(emulator.store, SECRET, { accountId, region }, { limit: limit ?? 20, token, badToken });
    const found = page?.items
      .map(({ value }) => value)
      .filter((secret) => secret.deletedDate === undefined && filters!.every((filter) => matches(secret, filter)));
    const values: SecretValueEntry[] = [];
    const errors: APIErrorType[] = [];
    for (const SecretId of ids ?? found!.map(({ arn }) => arn)) {
      try {
        for (const permission of onSecret({ SecretId }, context)) {
          context.authorize({ ...permission, action: 'secretsmanager:GetSecretValue' });
        }
        values.push(readCurrent({ SecretId }, context));
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        const code = error.code === 'AccessDenied' ? 'AccessDeniedException' : error.code;
        errors.push({ SecretId, ErrorCode: code, Message: error.message });
      }
    }
    return { SecretValues: values, Errors: errors, NextToken: page?.nextToken };
  },
});

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', 400, message);
}
