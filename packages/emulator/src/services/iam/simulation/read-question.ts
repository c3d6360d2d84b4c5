import type { ContextEntry, SimulateCustomPolicyCommandInput, SimulatePrincipalPolicyCommandInput } from '@aws-sdk/client-iam';
import { principalKeys, timeKeys } from '../../../authorization/principal-keys.ts';
import { AwsError } from '../../../gateway/aws-error.ts';
import type { ContextValue, Principal } from '../../../iam/types.ts';

export type SimulationInput = Partial<SimulatePrincipalPolicyCommandInput> & Partial<SimulateCustomPolicyCommandInput>;

/** What a simulation asks of its policies. */
export interface Question {
  principal: Principal;
  actions: readonly string[];
  /** None: the actions are asked about on `*`. */
  resources: readonly string[];
  context: Record<string, ContextValue>;
  /** Of resources whose ARNs do not say whose they are. */
  resourceOwner: string | undefined;
}

const ACTION = /^[A-Za-z0-9-]+:[A-Za-z0-9]+$/;
const OWNER = /^(?:arn:aws[a-z-]*:iam::)?(\d{12})(?::root)?$/;

/** Checks what both simulations take. */
export function readQuestion(
  input: SimulationInput,
  { caller, account, now }: { caller: Principal | undefined; account: string; now: Date },
): Question {
  for (const action of input.ActionNames ?? [])
    if (!ACTION.test(action))
      throw invalid(
        `Invalid action: ${action}. Expected a service, a colon and the name of one operation, such as iam:GetRole, without wildcards.`,
      );
  const resources = input.ResourceArns ?? [];
  for (const resource of resources)
    if (resource !== '*' && resource.split(':', 6).length < 6) throw invalid(`Invalid resource: ${resource}. Expected an ARN or *.`);
  if ((input.PermissionsBoundaryPolicyInputList ?? []).length > 1)
    throw invalid('PermissionsBoundaryPolicyInputList has more than one policy: an entity can have one permissions boundary.');
  if (input.ResourcePolicy !== undefined && caller === undefined)
    throw invalid('CallerArn is required with ResourcePolicy: without it the policy has nobody to name.');
  // Nobody in particular: of no name, so that no variable and no condition has a value that nobody gave.
  const principal: Principal = caller ?? { type: 'user', arn: `arn:aws:iam::${account}:user/`, accountId: account };
  return {
    principal,
    actions: input.ActionNames ?? [],
    resources: resources.length === 1 && resources[0] === '*' ? [] : resources,
    context: { ...(caller ? principalKeys(caller, now) : timeKeys(now)), ...contextOf(input.ContextEntries ?? []) },
    resourceOwner: input.ResourceOwner === undefined ? undefined : readOwner(input.ResourceOwner),
  };
}

function contextOf(entries: readonly ContextEntry[]): Record<string, ContextValue> {
  return Object.fromEntries(
    entries.map(({ ContextKeyName: name = '', ContextKeyType: type = 'string', ContextKeyValues: values = [] }) => {
      if (!type.endsWith('List') && values.length > 1)
        throw invalid(`The context key ${name} has ${values.length} values and is of type ${type}.`);
      return [name, values];
    }),
  );
}

function readOwner(owner: string): string {
  const account = OWNER.exec(owner)?.[1];
  if (account === undefined) throw invalid(`Invalid resource owner: ${owner}. Expected arn:aws:iam::ACCOUNT:root.`);
  return account;
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidInput', 400, message);
}
