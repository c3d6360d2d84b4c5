/** Where IAM keeps what an account has: it has no regions. */
export const iamScope = (accountId: string) => ({ accountId, region: 'global' });
