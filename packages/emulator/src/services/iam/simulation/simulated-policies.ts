import type { PolicySourceType } from '@aws-sdk/client-iam';
import type { AttachedPolicy } from '../../../authorization/attached-policies.ts';
import { AwsError } from '../../../gateway/aws-error.ts';
import { compilePolicy } from '../../../iam/compile-policy.ts';
import { PolicyError } from '../../../iam/policy-error.ts';
import { statementPositions, type StatementPosition } from '../../../iam/statement-positions.ts';
import type { NamedPolicy } from '../../../iam/types.ts';

/** A policy of a simulation: what decides, and where it comes from. */
export interface SimulatedPolicy {
  /** Its name is unlike that of every other of the simulation. */
  policy: NamedPolicy;
  /** Of its statements in its text. */
  positions(): readonly StatementPosition[];
  sourceId: string;
  sourceType: PolicySourceType;
}

/** IAM answers so for every policy that is no resource's, although its model's enum has finer names. */
const IAM_POLICY = 'IAM Policy' as PolicySourceType;

/** Policies that hang on an entity. Inline ones are known by whose they are and by their names. */
export function fromEntity(policies: readonly AttachedPolicy[], owner: string): SimulatedPolicy[] {
  return policies.map(({ name, isInline, document }, index) =>
    simulated(document, `entity-${index}`, { sourceId: isInline ? `${owner}_${name}` : name, sourceType: IAM_POLICY }),
  );
}

/** Policies that the request brings. They count from 1. */
export function fromRequest(texts: readonly string[], list: 'PolicyInputList' | 'PermissionsBoundaryPolicyInputList'): SimulatedPolicy[] {
  return texts.map((text, index) => {
    const sourceId = `${list}.${index + 1}`;
    return simulated(text, sourceId, { sourceId, sourceType: IAM_POLICY });
  });
}

export function fromResource(text: string): SimulatedPolicy {
  return simulated(text, 'ResourcePolicy', { sourceId: 'ResourcePolicy', sourceType: 'resource' }, 'resource');
}

function simulated(
  text: string,
  name: string,
  source: Pick<SimulatedPolicy, 'sourceId' | 'sourceType'>,
  kind: 'identity' | 'resource' = 'identity',
): SimulatedPolicy {
  try {
    let positions: readonly StatementPosition[] | undefined;
    // Once for a simulation, which can have thousands of results.
    return { ...source, positions: () => (positions ??= statementPositions(text)), policy: { name, document: compilePolicy(text, kind) } };
  } catch (error) {
    if (error instanceof PolicyError) throw new AwsError('InvalidInput', 400, `${name}: ${error.message}`, { cause: error });
    throw error;
  }
}
