/** One statement of an IAM policy. */
export interface PolicyStatement {
  Sid?: string;
  Effect: 'Allow' | 'Deny';
  Action: string | readonly string[];
  Resource: string | readonly string[];
  Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export interface PolicyDocument {
  Version: '2012-10-17';
  Statement: readonly object[];
}

export function policyDocument(statements: readonly object[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: statements };
}

/** Where the agent lives: what the ARNs of its policies are made of. */
export interface Place {
  partition: string;
  account: string;
  region: string;
}
