import type { SimulatePrincipalPolicyCommandInput, SimulatePrincipalPolicyCommandOutput } from '@aws-sdk/client-iam';
import { attachedPolicies } from '../../../authorization/attached-policies.ts';
import { defineOperation } from '../../../gateway/operation.ts';
import { readEntity, requireEntity } from './entity.ts';
import { readQuestion } from './read-question.ts';
import { fromEntity, fromRequest, fromResource } from './simulated-policies.ts';
import { simulationPage } from './simulation-page.ts';

/** Decides with the policies that somebody has at this moment. No policy is looked up for the resources, as on AWS. */
export const simulatePrincipalPolicy = defineOperation<SimulatePrincipalPolicyCommandInput, SimulatePrincipalPolicyCommandOutput>({
  authorize: (input) => [{ resources: [input.PolicySourceArn!] }],
  handle(input, { emulator, accountId }) {
    const { principal, kind, name } = requireEntity(emulator.store, input.PolicySourceArn!);
    const caller = input.CallerArn === undefined ? principal : readEntity(input.CallerArn).principal;
    const question = readQuestion(input, { caller, account: accountId, now: emulator.now() });
    const { identity, boundary } = attachedPolicies(emulator.store, principal);
    const owner = `${kind}_${name}`;
    const [given] = fromRequest(input.PermissionsBoundaryPolicyInputList ?? [], 'PermissionsBoundaryPolicyInputList');
    return simulationPage(input, question, {
      identity: [...fromEntity(identity, owner), ...fromRequest(input.PolicyInputList ?? [], 'PolicyInputList')],
      boundary: given ?? (boundary && fromEntity([boundary], owner)[0]),
      resource: input.ResourcePolicy === undefined ? undefined : fromResource(input.ResourcePolicy),
    });
  },
});
