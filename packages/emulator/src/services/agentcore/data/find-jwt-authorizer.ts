import type { EmulatorServices } from '../../../emulator-services.ts';
import { AwsError } from '../../../gateway/aws-error.ts';
import type { JwtAuthorizer } from '../jwt-authorizer.ts';
import { findAuthorizer } from './authenticate-user.ts';

/** The JWT authorizer of an encoded ARN as it stands in a path. `undefined` for a runtime that has none, or that does not exist. */
export function findJwtAuthorizer(
  emulator: EmulatorServices,
  encodedArn: string,
  qualifier: string,
): { arn: string; authorizer: JwtAuthorizer } | undefined {
  try {
    const arn = decodeURIComponent(encodedArn);
    const { authorizer } = findAuthorizer(emulator, arn, qualifier);
    return authorizer && { arn, authorizer };
  } catch (error) {
    // What is not validly encoded is the name of nothing.
    if (error instanceof AwsError || error instanceof URIError) return undefined;
    throw error;
  }
}
