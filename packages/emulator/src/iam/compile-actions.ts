import { PolicyError } from './policy-error.ts';
import type { DocumentKind } from './types.ts';
import { createPlainMatcher } from './wildcard.ts';

const VENDOR = /^[A-Za-z0-9.-]+$/;
const NAME = /^[A-Za-z0-9_.*?-]+$/;

/** What a trust policy can allow, beside `sts:AssumeRoot` and tokens, which concern no role. */
const TRUST_ACTIONS = [
  'sts:assumerole',
  'sts:assumerolewithsaml',
  'sts:assumerolewithwebidentity',
  'sts:setcontext',
  'sts:setsourceidentity',
  'sts:tagsession',
];

/** Whether an action, in lower case, is one of those named: `*`, `s3:GetObject`, `iam:*Role*`. */
export function compileActions(actions: readonly string[], where: string, kind: DocumentKind): (lowerCaseAction: string) => boolean {
  if (actions.length === 0) throw new PolicyError(`Policy statement must contain actions. ${where} is empty.`);
  for (const action of actions) checkAction(action, where, kind);
  const matchers = actions.map((action) => createPlainMatcher(action.toLowerCase()));
  const [only] = matchers;
  if (matchers.length === 1 && only) return only;
  return (action) => matchers.some((matches) => matches(action));
}

function checkAction(action: string, where: string, kind: DocumentKind): void {
  const place = `(${where}: "${action}")`;
  if (kind === 'trust' && !isTrustAction(action))
    throw new PolicyError(`AssumeRole policy may only specify STS AssumeRole actions. ${place}`);
  if (action === '*') return;
  const colon = action.indexOf(':');
  if (colon < 0) throw new PolicyError(`Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc. ${place}`);
  if (action.includes(':', colon + 1)) throw new PolicyError(`Actions/Condition can contain only one colon. ${place}`);
  const vendor = action.slice(0, colon);
  if (!VENDOR.test(vendor)) throw new PolicyError(`Vendor ${vendor} is not valid. ${place}`);
  if (!NAME.test(action.slice(colon + 1))) {
    throw new PolicyError(`Syntax errors in policy: an action is a service, a colon and a name, in which * and ? may stand. ${place}`);
  }
}

function isTrustAction(action: string): boolean {
  const matches = createPlainMatcher(action.toLowerCase());
  return /^sts:/i.test(action) && TRUST_ACTIONS.some(matches);
}
