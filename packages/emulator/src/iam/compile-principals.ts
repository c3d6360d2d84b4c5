import { isObject, stringList, syntaxError } from './string-list.ts';
import { PolicyError } from './policy-error.ts';
import type { Principal, PrincipalMatch } from './types.ts';

const ACCOUNT = /^\d{12}$/;
const ROOT_ARN = /^arn:aws[a-z-]*:iam::(\d{12}):root$/;
const IDENTITY_ARN = /^arn:aws[a-z-]*:(?:iam::\d{12}:(?:user|role)|sts::\d{12}:(?:assumed-role|federated-user))\/[^*?]+$/;
/** Of a user, a role or a group; or of a role's session, with the session's name. */
const UNIQUE_ID = /^A(?:IDA|ROA|GPA)[A-Z0-9]{12,}(?::[\w+=,.@-]{2,64})?$/;
const SERVICE = /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:amazonaws\.com(?:\.cn)?|amazon\.com|internal|aws)$/;
const TYPES = ['AWS', 'Service', 'Federated', 'CanonicalUser'];

type Matcher = (principal: Principal) => PrincipalMatch;

const STRENGTH: Record<PrincipalMatch, number> = { none: 0, account: 1, role: 2, exact: 3, everyone: 4 };

/** How a `Principal` element names a caller; the most direct way, where it names one in several. */
export function compilePrincipals(element: unknown, where: string): Matcher {
  const matchers = principalMatchers(element, where);
  return (principal) => {
    let best: PrincipalMatch = 'none';
    for (const matches of matchers) best = stronger(best, matches(principal));
    return best;
  };
}

/**
 * `NotPrincipal` spares whoever it lists. AWS may look at a caller's account, its role and its session one by one, so a caller is spared
 * only if all of these are listed, as AWS's documentation asks. Whoever has a permissions boundary is never spared.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
 */
export function compileNotPrincipals(element: unknown, where: string): Matcher {
  const matches = compilePrincipals(element, where);
  return (principal) => {
    const isListed = !principal.hasBoundary && identitiesOf(principal).every((identity) => matches(identity) !== 'none');
    return isListed ? 'none' : 'exact';
  };
}

export function stronger(one: PrincipalMatch, other: PrincipalMatch): PrincipalMatch {
  return STRENGTH[other] > STRENGTH[one] ? other : one;
}

function principalMatchers(element: unknown, where: string): Matcher[] {
  if (element === '*') return [() => 'everyone'];
  if (!isObject(element))
    throw syntaxError(where, 'must be "*" or an object such as {"Service": "bedrock-agentcore.amazonaws.com"}', element);
  const matchers = Object.entries(element).flatMap(([type, value]) => {
    if (!TYPES.includes(type)) throw new PolicyError(`Invalid principal type in policy: ${type}. (${where}: one of ${TYPES.join(', ')})`);
    return stringList(value, `${where}.${type}`).map((name) => principalMatcher(type, name, where));
  });
  if (matchers.length === 0) throw new PolicyError(`Missing required field Principal cannot be empty! (${where})`);
  return matchers;
}

function principalMatcher(type: string, name: string, where: string): Matcher {
  const invalid = () => new PolicyError(`Invalid principal in policy: "${type}":"${name}" (${where})`);
  if (type === 'AWS') {
    if (name === '*') return () => 'everyone';
    const account = ACCOUNT.test(name) ? name : ROOT_ARN.exec(name)?.[1];
    if (account !== undefined) return (principal) => matchAccount(principal, account);
    if (IDENTITY_ARN.test(name)) return (principal) => matchArn(principal, name);
    if (UNIQUE_ID.test(name)) return (principal) => matchUniqueId(principal, name);
    throw invalid();
  }
  if (type === 'Service') {
    if (!SERVICE.test(name)) throw invalid();
    return (principal) => (principal.type === 'service' && principal.service === name ? 'exact' : 'none');
  }
  if (name === '' || name.includes('*')) throw invalid();
  if (type === 'Federated') return (principal) => (principal.type === 'federated' && principal.arn === name ? 'exact' : 'none');
  // A canonical user id is S3's name for an account; no caller here has one.
  return () => 'none';
}

function matchAccount({ type, accountId }: Principal, account: string): PrincipalMatch {
  if (accountId !== account || (type !== 'root' && type !== 'user' && type !== 'role')) return 'none';
  return type === 'root' ? 'exact' : 'account';
}

function matchArn({ type, arn, roleArn }: Principal, name: string): PrincipalMatch {
  if (type !== 'user' && type !== 'role') return 'none';
  if (arn === name) return name === roleArn ? 'role' : 'exact';
  return roleArn === name ? 'role' : 'none';
}

function matchUniqueId({ type, userId }: Principal, id: string): PrincipalMatch {
  if (userId === undefined) return 'none';
  // The id of a role's session is the role's, a colon and the session's name.
  if (type === 'role' && !id.includes(':')) return userId.startsWith(`${id}:`) || userId === id ? 'role' : 'none';
  return userId === id ? 'exact' : 'none';
}

/** The caller as AWS may see it in turn: its account, its role, itself. */
function identitiesOf(principal: Principal): Principal[] {
  if (principal.type !== 'user' && principal.type !== 'role') return [principal];
  const account: Principal = { type: 'root', arn: `arn:aws:iam::${principal.accountId}:root`, accountId: principal.accountId };
  if (principal.type === 'user') return [account, { ...principal, accountId: '' }];
  const { roleArn = principal.arn, userId } = principal;
  const role: Principal = { type: 'role', arn: roleArn, roleArn, accountId: '', ...(userId ? { userId } : {}) };
  return principal.arn === roleArn
    ? [account, role]
    : // The unique id names the role: its session has to be listed by its ARN.
      [account, role, { type: 'role', arn: principal.arn, accountId: '' }];
}
