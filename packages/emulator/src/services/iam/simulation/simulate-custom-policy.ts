import type { SimulateCustomPolicyCommandInput, SimulateCustomPolicyCommandOutput } from '@aws-sdk/client-iam';
import { defineOperation } from '../../../gateway/operation.ts';
import { readEntity } from './entity.ts';
import { readQuestion } from './read-question.ts';
import { fromRequest, fromResource } from './simulated-policies.ts';
import { simulationPage } from './simulation-page.ts';

/** Decides with the policies of the request alone: nobody needs to have them, and nobody needs to exist. */
export const simulateCustomPolicy = defineOperation<SimulateCustomPolicyCommandInput, SimulateCustomPolicyCommandOutput>({
  handle(input, { emulator, accountId }) {
    const caller = input.CallerArn === undefined ? undefined : readEntity(input.CallerArn).principal;
    const question = readQuestion(input, { caller, account: accountId, now: emulator.now() });
    return simulationPage(input, question, {
      identity: fromRequest(input.PolicyInputList ?? [], 'PolicyInputList'),
      boundary: fromRequest(input.PermissionsBoundaryPolicyInputList ?? [], 'PermissionsBoundaryPolicyInputList')[0],
      resource: input.ResourcePolicy === undefined ? undefined : fromResource(input.ResourcePolicy),
    });
  },
});
