import type {
  DeleteResourcePolicyCommandInput,
  DeleteResourcePolicyCommandOutput,
  GetResourcePolicyCommandInput,
  GetResourcePolicyCommandOutput,
  PutResourcePolicyCommandInput,
  PutResourcePolicyCommandOutput,
  ValidateResourcePolicyCommandInput,
  ValidateResourcePolicyCommandOutput,
} from '@aws-sdk/client-secrets-manager';
import { AwsError } from '../../gateway/aws-error.ts';
import { defineOperation, type OperationContext } from '../../gateway/operation.ts';
import { compilePolicy } from '../../iam/compile-policy.ts';
import { PolicyError } from '../../iam/policy-error.ts';
import { findResourcePolicy, removeResourcePolicy, saveResourcePolicy } from '../agentcore/resource-policy.ts';
import { bindPrincipals } from '../iam/principals/bind-principals.ts';
import { isPublicPolicy } from './is-public-policy.ts';
import { onSecret } from './on-secret.ts';
import { refuseManaged, requireSecret } from './secret.ts';

const PUBLIC = 'This resource policy grants broad access to your secret.';

export const putResourcePolicy = defineOperation<PutResourcePolicyCommandInput, PutResourcePolicyCommandOutput>({
  authorize: (input, context) => onSecret(input, context, { 'secretsmanager:BlockPublicPolicy': String(input.BlockPublicPolicy ?? false) }),
  handle({ SecretId: secretId, ResourcePolicy: policy = '', BlockPublicPolicy: block = false }, context) {
    const secret = requireSecret(context, secretId!);
    refuseManaged(secret);
    checkPolicy(context, policy);
    if (block && isPublicPolicy(policy)) throw new AwsError('PublicPolicyException', 400, PUBLIC);
    saveResourcePolicy(context.emulator.store, secret.arn, policy);
    return { ARN: secret.arn, Name: secret.name };
  },
});

export const getResourcePolicy = defineOperation<GetResourcePolicyCommandInput, GetResourcePolicyCommandOutput>({
  authorize: onSecret,
  handle(input, context) {
    const secret = requireSecret(context, input.SecretId!, { deleted: true });
    const policy = findResourcePolicy(context.emulator.store, secret.arn);
    return { ARN: secret.arn, Name: secret.name, ...(policy === undefined ? {} : { ResourcePolicy: policy }) };
  },
});

export const deleteResourcePolicy = defineOperation<DeleteResourcePolicyCommandInput, DeleteResourcePolicyCommandOutput>({
  authorize: onSecret,
  handle(input, context) {
    const secret = requireSecret(context, input.SecretId!);
    refuseManaged(secret);
    removeResourcePolicy(context.emulator.store, secret.arn);
    return { ARN: secret.arn, Name: secret.name };
  },
});

export const validateResourcePolicy = defineOperation<ValidateResourcePolicyCommandInput, ValidateResourcePolicyCommandOutput>({
  authorize: (input, context) => (input.SecretId === undefined ? [{ resources: ['*'] }] : onSecret(input, context)),
  handle({ SecretId: secretId, ResourcePolicy: policy = '' }, context) {
    if (secretId !== undefined) requireSecret(context, secretId);
    checkPolicy(context, policy);
    const isPublic = isPublicPolicy(policy);
    return {
      PolicyValidationPassed: !isPublic,
      ValidationErrors: isPublic ? [{ CheckName: 'PublicPolicyCheck', ErrorMessage: PUBLIC }] : [],
    };
  },
});

function checkPolicy({ emulator }: OperationContext, policy: string): void {
  try {
    compilePolicy(policy, 'resource');
    bindPrincipals(emulator.store, policy);
  } catch (error) {
    if (error instanceof PolicyError) throw new AwsError('MalformedPolicyDocumentException', 400, error.message, { cause: error });
    throw error;
  }
}
