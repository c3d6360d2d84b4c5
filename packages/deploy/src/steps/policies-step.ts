import { policyNames } from '../agent/names.ts';
import type { Run } from '../agent/run.ts';
import { DeployError } from '../errors.ts';
import { basePolicy } from '../policies/base-policy.ts';
import { credentialsPolicy } from '../policies/credentials-policy.ts';
import { sameDocument } from '../policies/same-document.ts';
import type { PolicyDocument } from '../policies/statement.ts';
import { policyDocument } from '../policies/statement.ts';
import type { RoleStep } from './role-step.ts';
import type { Step } from './step.ts';
import { memo } from './step.ts';
import { undoable } from './undoable.ts';

/** What the agent may do: inline policies, one for each reason, so that each can go without the others. */
export function policiesStep(run: Run, role: RoleStep): Step {
  const { roleName: RoleName, call, definition } = run;
  const wanted = wantedPolicies(run);

  const present = memo(async (): Promise<Map<string, string>> => {
    const documents = new Map<string, string>();
    if (definition.role || (await role.existing()) === undefined) return documents;
    const iam = await run.clients.iam();
    for (let Marker: string | undefined, more = true; more;) {
      const page = await iam.listRolePolicies({ RoleName, ...(Marker ? { Marker } : {}) }, call);
      const names = (page.PolicyNames ?? []).filter((name) => policyNames.isOurs(name));
      const found = await Promise.all(names.map((PolicyName) => iam.getRolePolicy({ RoleName, PolicyName }, call)));
      for (const { PolicyName = '', PolicyDocument = '' } of found) documents.set(PolicyName, decodeURIComponent(PolicyDocument));
      ({ Marker, IsTruncated: more = false } = page);
    }
    return documents;
  });

  const changes = memo(async () => {
    const documents = await present();
    return {
      put: [...wanted].filter(([name, document]) => !sameDocument(documents.get(name) ?? '', document)),
      remove: [...documents.keys()].filter((name) => !wanted.has(name)),
    };
  });

  return {
    name: 'policies',
    needs: ['role'],
    async plan() {
      if (definition.role) {
        const needed = [...wanted.keys()].join(', ');
        return {
          step: 'policies',
          action: 'none',
          resource: definition.role,
          detail: `the role is yours: see that it allows what is in ${needed}`,
        };
      }
      assertFits(wanted);
      const [{ put, remove }, documents] = await Promise.all([changes(), present()]);
      const differences = [
        ...put.map(([name]) => `policy ${name}: ${documents.has(name) ? 'changed' : 'added'}`),
        ...remove.map((name) => `policy ${name}: removed`),
      ];
      const action = differences.length === 0 ? 'none' : documents.size === 0 ? 'create' : 'update';
      return {
        step: 'policies',
        action,
        resource: run.roleArn,
        detail: differences.join(', ') || [...wanted.keys()].join(', '),
        differences,
      };
    },
    async apply() {
      const iam = await run.clients.iam();
      const [{ put, remove }, documents] = await Promise.all([changes(), present()]);
      const restoring = (PolicyName: string): Run['undo'][number] => {
        const before = documents.get(PolicyName);
        return {
          resource: `policy ${PolicyName}`,
          step: 'policies',
          back: async (again) => {
            if (before === undefined) await iam.deleteRolePolicy({ RoleName, PolicyName }, again.call);
            else await iam.putRolePolicy({ RoleName, PolicyName, PolicyDocument: before }, again.call);
          },
        };
      };
      run.roleWritten = true;
      for (const [PolicyName, document] of put) {
        const PolicyDocument = JSON.stringify(document);
        await undoable(run, restoring(PolicyName), () => iam.putRolePolicy({ RoleName, PolicyName, PolicyDocument }, call));
      }
      for (const PolicyName of remove) {
        await undoable(run, restoring(PolicyName), () => iam.deleteRolePolicy({ RoleName, PolicyName }, call));
      }
    },
  };
}

/** The policies of an agent, by the name that they get. */
export function wantedPolicies(
  run: Pick<Run, 'account' | 'definition' | 'partition' | 'region' | 'repositoryUri'>,
): Map<string, PolicyDocument> {
  const { definition, repositoryUri } = run;
  const { name: agent, credentials = [], policies = {} } = definition;
  const wanted = new Map<string, PolicyDocument>([
    [policyNames.base, basePolicy({ ...run, image: definition.artifact === 'zip' ? undefined : (definition.image ?? repositoryUri) })],
  ]);
  if (credentials.length > 0) wanted.set(policyNames.credentials, credentialsPolicy({ ...run, agent, credentials }));
  for (const [name, statements] of Object.entries(policies)) wanted.set(policyNames.extra(name), policyDocument(statements));
  return wanted;
}

/** IAM's quota for the inline policies of one role, in characters without white space. */
const mostCharacters = 10_240;

/** Found out before anything is written: IAM would refuse the last policy when the others are there already. */
function assertFits(wanted: ReadonlyMap<string, PolicyDocument>): void {
  const sizes = [...wanted].map(([name, document]) => ({ name, size: JSON.stringify(document).length }));
  const total = sizes.reduce((sum, { size }) => sum + size, 0);
  if (total <= mostCharacters) return;
  const list = sizes.map(({ name, size }) => `${name} ${size}`).join(', ');
  throw new DeployError(
    'INVALID_CONFIG',
    `The role's inline policies have ${total} characters together, IAM takes ${mostCharacters}: ${list}. Merge statements, or pass a \`role\` of your own.`,
  );
}
