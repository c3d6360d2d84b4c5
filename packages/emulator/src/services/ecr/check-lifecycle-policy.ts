import { invalidParameter } from '../../registry/errors.ts';

type Json = Record<string, unknown>;

/**
 * Throws, saying what is wrong, unless the text is a lifecycle policy that ECR would take: rules with unique priorities, each with a
 * selection and the action `expire`. The emulator keeps the policy and does not act on it.
 */
export function checkLifecyclePolicy(text: string): void {
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    throw invalid('it is not JSON');
  }
  const rules = isObject(policy) ? policy['rules'] : undefined;
  if (!Array.isArray(rules) || rules.length === 0 || rules.length > 50) throw invalid('rules must be a list of 1 to 50 rules');
  for (const [index, rule] of rules.entries()) checkRule(rule, `rules[${index}]`);
  const priorities = rules.map((rule: Json) => rule['rulePriority']);
  if (new Set(priorities).size !== priorities.length) throw invalid('each rulePriority must be unique');
}

function checkRule(rule: unknown, at: string): void {
  if (!isObject(rule)) throw invalid(`${at} must be an object`);
  if (!isPositive(rule['rulePriority'])) throw invalid(`${at}.rulePriority must be a positive whole number`);
  if (!isObject(rule['action']) || rule['action']['type'] !== 'expire') throw invalid(`${at}.action.type must be expire`);
  checkSelection(rule['selection'], `${at}.selection`);
}

function checkSelection(selection: unknown, at: string): void {
  if (!isObject(selection)) throw invalid(`${at} must be an object`);
  const { tagStatus, countType, countNumber, countUnit, tagPrefixList, tagPatternList } = selection;
  if (!['tagged', 'untagged', 'any'].includes(tagStatus as string)) throw invalid(`${at}.tagStatus must be tagged, untagged or any`);
  if (!['imageCountMoreThan', 'sinceImagePushed', 'sinceImagePulled'].includes(countType as string)) {
    throw invalid(`${at}.countType must be imageCountMoreThan, sinceImagePushed or sinceImagePulled`);
  }
  if (!isPositive(countNumber)) throw invalid(`${at}.countNumber must be a positive whole number`);
  if ((countType !== 'imageCountMoreThan') !== (countUnit === 'days'))
    throw invalid(`${at}.countUnit must be days for a time, and left out for a count`);
  const lists = [tagPrefixList, tagPatternList].filter((list) => list !== undefined);
  if (tagStatus === 'tagged' ? lists.length !== 1 : lists.length !== 0) {
    throw invalid(`${at} must have one of tagPrefixList and tagPatternList for tagStatus tagged, and none for others`);
  }
  if (lists.some((list) => !Array.isArray(list) || list.length === 0)) throw invalid(`${at}: the list of tags must not be empty`);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPositive(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function invalid(why: string) {
  return invalidParameter('LifecyclePolicyText', `Lifecycle policy validation failure: ${why}`);
}
