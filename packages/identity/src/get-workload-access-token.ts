import { call } from './aws/call.ts';
import type { Connection } from './aws/connect.ts';
import { IdentityError } from './errors.ts';

export interface GetWorkloadAccessTokenInput {
  /** Name of the workload identity. */
  workloadName: string;
  /** 1 to 128 characters that name the user. AWS trusts the caller's word: use `userToken` where there is one. */
  userId?: string;
  /** A JWT of the user; the service verifies it. Wins over `userId`. */
  userToken?: string;
}

/** The token that stands for the workload, on behalf of a user where one is named. */
export async function getWorkloadAccessToken(
  aws: Connection,
  { workloadName, userId, userToken }: GetWorkloadAccessTokenInput,
  signal?: AbortSignal,
): Promise<string> {
  const { client, commands } = await aws.data();
  const request = (): {
    operation: string;
    send: (options: { abortSignal?: AbortSignal }) => Promise<{ workloadAccessToken: string | undefined }>;
  } => {
    if (userToken !== undefined) {
      const command = new commands.GetWorkloadAccessTokenForJWT({ workloadName, userToken });
      return { operation: 'GetWorkloadAccessTokenForJWT', send: (options) => client.send(command, options) };
    }
    if (userId !== undefined) {
      const command = new commands.GetWorkloadAccessTokenForUserId({ workloadName, userId });
      return { operation: 'GetWorkloadAccessTokenForUserId', send: (options) => client.send(command, options) };
    }
    const command = new commands.GetWorkloadAccessToken({ workloadName });
    return { operation: 'GetWorkloadAccessToken', send: (options) => client.send(command, options) };
  };
  const { operation, send } = request();
  const { workloadAccessToken } = await call({ operation, workload: workloadName, secrets: [userToken] }, signal, send);
  if (workloadAccessToken) return workloadAccessToken;
  throw new IdentityError('UNEXPECTED_ANSWER', `${operation} answered without a workload access token.`, { operation });
}
