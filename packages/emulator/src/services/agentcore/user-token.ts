import { AwsError } from '../../gateway/aws-error.ts';
import { JwtError } from '../../jwt/jwt-error.ts';

/** Answers what `work` makes of a user's token, or the service's error for one that is not believed. */
export async function withUserToken<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof JwtError)
      throw new AwsError('UnauthorizedException', 401, `The user token is not valid. ${error.message}`, { cause: error });
    throw error;
  }
}
