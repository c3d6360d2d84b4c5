import type { EvaluationResult, PolicyEvaluationDecisionType, ResourceSpecificResult, Statement } from '@aws-sdk/client-iam';
import { actionResources } from '../../../iam/action-resources.ts';
import { authorize } from '../../../iam/authorize.ts';
import { findAll, findAllow, findDeny } from '../../../iam/find-statement.ts';
import { missingKeys } from '../../../iam/missing-keys.ts';
import { createSubject } from '../../../iam/subject.ts';
import type { AuthorizationRequest, Decision, PolicySet } from '../../../iam/types.ts';
import { createTimeSlice } from '../../../time-slice.ts';
import type { Question } from './read-question.ts';
import type { SimulatedPolicy } from './simulated-policies.ts';

export interface SimulatedPolicies {
  identity: readonly SimulatedPolicy[];
  boundary?: SimulatedPolicy | undefined;
  resource?: SimulatedPolicy | undefined;
}

const DECISIONS: Record<Decision['effect'], PolicyEvaluationDecisionType> = {
  allow: 'allowed',
  'implicit-deny': 'implicitDeny',
  'explicit-deny': 'explicitDeny',
};
/** The first that one of the resources gets is that of the action. */
const STRICTEST: readonly PolicyEvaluationDecisionType[] = ['explicitDeny', 'implicitDeny', 'allowed'];

/** What the engine decides about one action on each of the resources, and about it as a whole. */
export async function simulate(question: Question, policies: SimulatedPolicies, action: string): Promise<EvaluationResult> {
  const { resources } = question;
  const results: ResourceSpecificResult[] = [];
  const slice = createTimeSlice();
  for (const resource of resources.length === 0 ? ['*'] : resources) {
    results.push(onResource(question, policies, action, resource));
    await slice();
  }
  const decision = STRICTEST.find((one) => results.some(({ EvalResourceDecision: given }) => given === one))!;
  const deciding = results.filter(({ EvalResourceDecision: given }) => given === decision);
  const boundaries = results.map(({ PermissionsBoundaryDecisionDetail: detail }) => detail?.AllowedByPermissionsBoundary);
  return {
    EvalActionName: action,
    EvalResourceName: resources.length === 1 ? resources[0]! : (actionResources(action)?.resources[0]?.arn ?? '*'),
    EvalDecision: decision,
    // Filled only where the resource is another account's. AWS tells of an organization only where there is one.
    EvalDecisionDetails: {},
    MatchedStatements: unique(deciding.flatMap(({ MatchedStatements: matched = [] }) => matched)),
    MissingContextValues: [...new Set(results.flatMap(({ MissingContextValues: missing = [] }) => missing))],
    ...(policies.boundary
      ? { PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: boundaries.every((isAllowed) => isAllowed === true) } }
      : {}),
    ...(resources.length === 0 ? {} : { ResourceSpecificResults: results }),
  };
}

function onResource(question: Question, policies: SimulatedPolicies, action: string, resource: string): ResourceSpecificResult {
  const { principal, resourceOwner } = question;
  const owner = resource.split(':', 5)[4] || resourceOwner || principal.accountId;
  const request: AuthorizationRequest = { principal, action, resource, context: { 'aws:ResourceAccount': owner, ...question.context } };
  const set: PolicySet = {
    identity: policies.identity.map(({ policy }) => policy),
    ...(policies.boundary ? { boundary: policies.boundary.policy } : {}),
    ...(policies.resource ? { resource: [policies.resource.policy] } : {}),
    ...(/^\d{12}$/.test(owner) ? { resourceAccountId: owner } : {}),
  };
  const { effect } = authorize(request, set);
  const subject = createSubject(request);
  const boundaries = set.boundary ? [set.boundary] : [];
  const granting = [...policies.identity, ...(policies.resource ? [policies.resource] : [])];
  const documents = granting.map(({ policy }) => policy);
  const matched = effect === 'implicit-deny' ? [] : findAll(documents, subject, effect === 'allow' ? 'allows' : 'denies');
  return {
    EvalResourceName: resource,
    EvalResourceDecision: DECISIONS[effect],
    MatchedStatements: matched.map(({ policy: name, index }) =>
      describe(
        granting.find(({ policy }) => policy.name === name)!,
        index,
      ),
    ),
    MissingContextValues: missingKeys([...documents, ...boundaries], subject),
    ...(set.boundary
      ? {
          PermissionsBoundaryDecisionDetail: {
            AllowedByPermissionsBoundary: findAllow(boundaries, subject) !== undefined && findDeny(boundaries, subject) === undefined,
          },
        }
      : {}),
  };
}

function describe({ sourceId, sourceType, positions }: SimulatedPolicy, index: number): Statement {
  const { start, end } = positions()[index]!;
  return {
    SourcePolicyId: sourceId,
    SourcePolicyType: sourceType,
    StartPosition: { Line: start.line, Column: start.column },
    EndPosition: { Line: end.line, Column: end.column },
  };
}

function unique(statements: readonly Statement[]): Statement[] {
  return [...new Map(statements.map((statement) => [JSON.stringify(statement), statement])).values()];
}
