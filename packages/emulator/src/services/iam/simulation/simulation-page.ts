import type { EvaluationResult, SimulatePolicyResponse } from '@aws-sdk/client-iam';
import { listNames } from '../list-names.ts';
import type { Question, SimulationInput } from './read-question.ts';
import { simulate, type SimulatedPolicies } from './simulate.ts';

/** A page of results, one for each action. */
export async function simulationPage(
  input: SimulationInput,
  question: Question,
  policies: SimulatedPolicies,
): Promise<SimulatePolicyResponse> {
  const places = question.actions.map((_, index) => String(index).padStart(9, '0'));
  const { names, ...page } = listNames('simulation', places, input);
  const results: EvaluationResult[] = [];
  for (const place of names) results.push(await simulate(question, policies, question.actions[Number(place)]!));
  return { EvaluationResults: results, ...page };
}
