import type * as data from '@aws-sdk/client-bedrock-agentcore';
import type * as control from '@aws-sdk/client-bedrock-agentcore-control';
import type * as logs from '@aws-sdk/client-cloudwatch-logs';
import type * as ecr from '@aws-sdk/client-ecr';
import type * as iam from '@aws-sdk/client-iam';
import type * as s3 from '@aws-sdk/client-s3';
import type * as secrets from '@aws-sdk/client-secrets-manager';
import type * as sts from '@aws-sdk/client-sts';

type NamesOf<Client> = { [Name in keyof Client]: Name extends `${infer Operation}Command` ? Operation : never }[keyof Client];

/** An operation of the official clients, so that none is misspelt: `iam:GetRole`. */
export type Operation =
  | `bedrock-agentcore:${NamesOf<typeof data>}`
  | `bedrock-agentcore-control:${NamesOf<typeof control>}`
  | `ecr:${NamesOf<typeof ecr>}`
  | `iam:${NamesOf<typeof iam>}`
  | `logs:${NamesOf<typeof logs>}`
  | `s3:${NamesOf<typeof s3>}`
  | `secretsmanager:${NamesOf<typeof secrets>}`
  | `sts:${NamesOf<typeof sts>}`;

/** From the firmest to the weakest. */
export const KINDS = ['recorded', 'documented', 'reported', 'believed'] as const;

/** How it is known what AWS does. */
export interface Source {
  readonly kind: (typeof KINDS)[number];
  /** Where one can see it; for what is only believed: why. */
  readonly reference: string;
}

/** What every test of the contract says beside its title. */
export interface Expectation {
  readonly about: readonly [Operation, ...Operation[]];
  readonly source: Source | readonly [Source, ...Source[]];
}

type Repository = `${string}/${string}`;

/**
 * An answer of AWS that somebody recorded and published: `recorded('aws/agentcore-cli@a17f08d', 'src/handlers/...json')`, with the commit that has it.
 */
export const recorded = (repository: `${Repository}@${string}`, path: `${string}.json`): Source => {
  const [name, commit] = repository.split('@');
  return { kind: 'recorded', reference: `https://github.com/${name}/blob/${commit}/${path}` };
};

/** A page of AWS's documentation. */
export const documented = (page: `https://docs.aws.amazon.com/${string}`): Source => ({ kind: 'documented', reference: page });

/** An issue or pull request in which somebody shows what AWS answered: `reported('awslabs/agentcore-samples', 2007)`. */
export const reported = (repository: Repository, number: number): Source => ({
  kind: 'reported',
  reference: `https://github.com/${repository}/issues/${number}`,
});

/** What nobody has shown: the reason why it is thought to be so. */
export const believed = (reason: string): Source => ({ kind: 'believed', reference: reason });

const API_REFERENCES: Readonly<Record<string, string>> = {
  'bedrock-agentcore': 'bedrock-agentcore/latest/APIReference',
  'bedrock-agentcore-control': 'bedrock-agentcore-control/latest/APIReference',
  ecr: 'AmazonECR/latest/APIReference',
  iam: 'IAM/latest/APIReference',
  logs: 'AmazonCloudWatchLogs/latest/APIReference',
  s3: 'AmazonS3/latest/API',
  secretsmanager: 'secretsmanager/latest/apireference',
  sts: 'STS/latest/APIReference',
};

/** The page of an operation in AWS's API reference: its members, constraints and errors. */
export const apiReference = (operation: Operation): Source => {
  const [service = '', name] = operation.split(':');
  return documented(`https://docs.aws.amazon.com/${API_REFERENCES[service]}/API_${name}.html`);
};
