import type {
  CreateAccessKeyCommandInput,
  CreateAccessKeyCommandOutput,
  DeleteAccessKeyCommandInput,
  DeleteAccessKeyCommandOutput,
  ListAccessKeysCommandInput,
  ListAccessKeysCommandOutput,
  UpdateAccessKeyCommandInput,
  UpdateAccessKeyCommandOutput,
} from '@aws-sdk/client-iam';
import { createUserKey, deleteUserKey, findUserKey, keysOfUser, saveUserKey, type UserKey } from '../../../credentials/access-keys.ts';
import { AwsError } from '../../../gateway/aws-error.ts';
import { defineOperation, type OperationContext } from '../../../gateway/operation.ts';
import { listNames } from '../list-names.ts';
import { noSuchEntity } from '../role.ts';
import { namedUser, requireOwnUser, requireUser, userAccess } from '../users/user.ts';

const MAX_KEYS = 2;

/** Who calls without a name means its own keys. */
const authorize = (input: { UserName?: string | undefined }, context: OperationContext) =>
  userAccess(context, namedUser(context, input.UserName));

export const createAccessKey = defineOperation<CreateAccessKeyCommandInput, CreateAccessKeyCommandOutput>({
  authorize,
  handle(input, context) {
    const { store, now } = context.emulator;
    const { userName, userId } = requireOwnUser(context, namedUser(context, input.UserName));
    if (keysOfUser(store, userId).length >= MAX_KEYS)
      throw new AwsError('LimitExceeded', 409, `Cannot exceed quota for AccessKeysPerUser: ${MAX_KEYS}`);
    const createDate = now();
    const key = createUserKey(store, { accountId: context.accountId, userName, userId, createDate: createDate.toISOString() });
    // The only time that the secret is shown.
    return {
      AccessKey: {
        UserName: userName,
        AccessKeyId: key.accessKeyId,
        Status: 'Active' as const,
        SecretAccessKey: key.secretAccessKey,
        CreateDate: createDate,
      },
    };
  },
});

export const listAccessKeys = defineOperation<ListAccessKeysCommandInput, ListAccessKeysCommandOutput>({
  authorize,
  handle(input, context) {
    const { userName, userId } = requireUser(context, namedUser(context, input.UserName));
    const byId = new Map(keysOfUser(context.emulator.store, userId).map((key) => [key.accessKeyId, key]));
    const { names, ...page } = listNames('access-keys', [...byId.keys()], input);
    const keys = names.map((accessKeyId) => {
      const { status, createDate } = byId.get(accessKeyId)!;
      return { UserName: userName, AccessKeyId: accessKeyId, Status: status, CreateDate: new Date(createDate) };
    });
    return { AccessKeyMetadata: keys, ...page };
  },
});

/** A key that is inactive does not sign, but still counts. */
export const updateAccessKey = defineOperation<UpdateAccessKeyCommandInput, UpdateAccessKeyCommandOutput>({
  authorize,
  handle({ UserName: userName, AccessKeyId: accessKeyId = '', Status: status }, context) {
    const key = requireKey(context, userName, accessKeyId);
    if (status === 'Expired')
      throw new AwsError('NotImplemented', 501, 'Status is not implemented by this emulator: access keys do not expire. Leave it out.');
    saveUserKey(context.emulator.store, accessKeyId, { ...key, status: status as UserKey['status'] });
    return {};
  },
});

export const deleteAccessKey = defineOperation<DeleteAccessKeyCommandInput, DeleteAccessKeyCommandOutput>({
  authorize,
  handle({ UserName: userName, AccessKeyId: accessKeyId = '' }, context) {
    requireKey(context, userName, accessKeyId);
    deleteUserKey(context.emulator.store, accessKeyId);
    return {};
  },
});

function requireKey(context: OperationContext, userName: string | undefined, accessKeyId: string): UserKey {
  const { userId } = requireOwnUser(context, namedUser(context, userName));
  const key = findUserKey(context.emulator.store, accessKeyId);
  if (key?.userId !== userId) throw noSuchEntity(`The Access Key with id ${accessKeyId} cannot be found.`);
  return key;
}
