import type { CreatePolicyCommandInput, CreatePolicyCommandOutput } from '@aws-sdk/client-iam';
import { newUniqueId } from '../../../credentials/access-keys.ts';
import { AwsError } from '../../../gateway/aws-error.ts';
import { defineOperation } from '../../../gateway/operation.ts';
import { checkDocument } from '../check-document.ts';
import type { Scope } from '../../../store/items.ts';
import { iamArn, iamScope } from '../iam-scope.ts';
import { checkTags } from '../tags.ts';
import { describePolicy } from './describe-policy.ts';
import { checkSize, POLICY, savePolicy, type PolicyItem } from './policy.ts';

export const createPolicy = defineOperation<CreatePolicyCommandInput, CreatePolicyCommandOutput>({
  authorize: (input, context) => [{ resources: [arnOf(context, input)] }],
  handle(input, context) {
    const { PolicyName: policyName = '', PolicyDocument: document = '', Path: path = '/', Tags: tags = [] } = input;
    const { emulator, accountId } = context;
    checkDocument(document, 'identity');
    checkSize(document);
    checkTags(tags);
    // Names differ in more than case, whatever their paths.
    const taken = emulator.store.items.list(POLICY, iamScope(accountId)).some(({ id }) => id.toLowerCase() === policyName.toLowerCase());
    if (taken)
      throw new AwsError('EntityAlreadyExists', 409, `A policy called ${policyName} already exists. Duplicate names are not allowed.`);
    const createDate = emulator.now().toISOString();
    const policy: PolicyItem = {
      policyName,
      policyId: newUniqueId('ANPA'),
      path,
      arn: arnOf(context, input),
      createDate,
      updateDate: createDate,
      ...(input.Description === undefined ? {} : { description: input.Description }),
      tags,
      defaultVersionId: 'v1',
      lastVersion: 1,
      versions: [{ versionId: 'v1', document, createDate }],
    };
    savePolicy(context, policy);
    // Unlike GetPolicy, it does not repeat the description.
    return { Policy: { ...describePolicy(policy, { attached: [], boundary: [] }), Description: undefined } };
  },
});

function arnOf(scope: Scope, { Path: path = '/', PolicyName: name }: CreatePolicyCommandInput): string {
  return iamArn(scope, `policy${path}${name}`);
}
