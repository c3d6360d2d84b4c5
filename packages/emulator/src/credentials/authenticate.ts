import type { KeyObject } from 'node:crypto';
import type { Principal } from '../iam/types.ts';
import { AwsError } from '../gateway/aws-error.ts';
import { deriveSigningKey, parseSignature, verifySignature, type Signature, type SignedRequest } from '../gateway/sigv4.ts';
import type { Store } from '../store/open-store.ts';
import { findUserOfKey } from '../services/iam/users/user-of-key.ts';
import { findAccessKey } from './access-keys.ts';
import { openSessionToken } from './temporary-credentials.ts';
import { isRegion, partitionOf } from '../partition.ts';

export interface Caller {
  principal: Principal;
  sessionPolicies: string[];
  signature: Signature;
  /** For what is signed later than the request's head: the chunks of an upload to S3. */
  signingKey: KeyObject;
}

/** Whom a key belongs to, before anything is verified with it. */
export interface Holder {
  principal: Principal;
  sessionPolicies: string[];
  secretAccessKey: string;
}

const MAX_CACHED_KEYS = 1000;

/** Answers who signed a request, or throws AWS's code for why that cannot be said. */
export function createAuthenticator(store: Store, now: () => Date): (request: SignedRequest, signature?: Signature) => Caller {
  const signingKeys = new Map<string, KeyObject>();

  return (request, signature = parseSignature(request.headers)) => {
    if (!isRegion(signature.region)) {
      const region = signature.region.slice(0, 64);
      throw new AwsError('SignatureDoesNotMatch', 403, `Credential should be scoped to a valid region, not '${region}'.`);
    }
    const { principal, sessionPolicies, secretAccessKey } = findHolder(store, signature, now());
    // An account is in one partition: its credentials are unknown in the others.
    if (principal.arn.split(':', 2)[1] !== partitionOf(signature.region)) throw invalidToken();
    const key = signingKey(secretAccessKey, signature);
    verifySignature(signature, request, key, now());
    return { principal, sessionPolicies, signature, signingKey: key };
  };

  function signingKey(secretAccessKey: string, signature: Signature): KeyObject {
    const name = `${secretAccessKey}/${signature.date}/${signature.region}/${signature.service}`;
    let key = signingKeys.get(name);
    if (!key) {
      key = deriveSigningKey(secretAccessKey, signature);
      if (signingKeys.size >= MAX_CACHED_KEYS) signingKeys.clear();
      signingKeys.set(name, key);
    }
    return key;
  }
}

/** Throws AWS's code for a key or a session that is not there, or no longer. */
export function findHolder(
  store: Store,
  { accessKeyId, sessionToken, service, region }: Pick<Signature, 'accessKeyId' | 'sessionToken' | 'service' | 'region'>,
  now: Date,
): Holder {
  if (sessionToken === undefined) {
    const found = findAccessKey(store, accessKeyId, region) ?? findUserOfKey(store, accessKeyId);
    if (!found) throw invalidToken();
    return { ...found, sessionPolicies: [] };
  }
  const session = openSessionToken(store, sessionToken);
  if (!session || session.accessKeyId !== accessKeyId) throw invalidToken();
  if (session.expiresAt <= now.getTime()) throw new AwsError('ExpiredToken', 403, 'The security token included in the request is expired');
  // What GetSessionToken gives without MFA: IAM takes it for nothing.
  if (session.principal.type === 'user' && service === 'iam') throw invalidToken();
  return session;
}

function invalidToken(): AwsError {
  return new AwsError('InvalidClientTokenId', 403, 'The security token included in the request is invalid.');
}
