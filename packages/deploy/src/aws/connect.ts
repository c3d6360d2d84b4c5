import type { BedrockAgentCore } from '@aws-sdk/client-bedrock-agentcore';
import type { BedrockAgentCoreControl } from '@aws-sdk/client-bedrock-agentcore-control';
import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import type { ECR } from '@aws-sdk/client-ecr';
import type { IAM } from '@aws-sdk/client-iam';
import type { S3 } from '@aws-sdk/client-s3';
import type { STS } from '@aws-sdk/client-sts';
import type { AwsOptions } from '../agent/definition.ts';
import { DeployError } from '../errors.ts';
import { createRetryStrategy } from './retry-strategy.ts';

/** The official clients, each loaded when it is first asked for: importing one takes 0.1 to 0.2 s. */
export interface Clients {
  region: string;
  /** What AWS answered last to a call that is being repeated. */
  refusal(): string | undefined;
  control(): Promise<BedrockAgentCoreControl>;
  data(): Promise<BedrockAgentCore>;
  ecr(): Promise<ECR>;
  /** A client for a registry in another region. */
  ecrIn(region: string): Promise<ECR>;
  iam(): Promise<IAM>;
  logs(): Promise<CloudWatchLogs>;
  s3(): Promise<S3>;
  sts(): Promise<STS>;
}

interface ConnectOptions {
  region?: string;
  aws?: AwsOptions;
}

/** @throws {DeployError} `REGION_MISSING`. */
export async function connect({ region: explicit, aws = {} }: ConnectOptions): Promise<Clients> {
  // The SDK for JavaScript does not read AWS_DEFAULT_REGION; the aws CLI and the other SDKs do.
  const known = explicit || process.env['AWS_REGION'] || process.env['AWS_DEFAULT_REGION'];
  const maxAttempts = aws.maxAttempts ?? 5;
  const retryStrategy = createRetryStrategy({ maxAttempts });
  const shared = {
    maxAttempts,
    ...(aws.endpoint ? { endpoint: aws.endpoint } : {}),
    ...(aws.credentials ? { credentials: aws.credentials } : {}),
  };
  const region = known || (await regionOfProfile());
  const config = { ...shared, region, retryStrategy };
  return {
    region,
    refusal: retryStrategy.refusal,
    control: once(async () => new (await import('@aws-sdk/client-bedrock-agentcore-control')).BedrockAgentCoreControl(config)),
    // An invocation is not repeated by itself: the agent may have acted already.
    data: once(async () => new (await import('@aws-sdk/client-bedrock-agentcore')).BedrockAgentCore({ ...shared, region, maxAttempts: 1 })),
    ecr: once(async () => new (await import('@aws-sdk/client-ecr')).ECR(config)),
    ecrIn: async (elsewhere) => new (await import('@aws-sdk/client-ecr')).ECR({ ...config, region: elsewhere }),
    iam: once(async () => new (await import('@aws-sdk/client-iam')).IAM(config)),
    logs: once(async () => new (await import('@aws-sdk/client-cloudwatch-logs')).CloudWatchLogs(config)),
    // An endpoint that is not AWS's own serves all buckets under its one name.
    s3: once(async () => new (await import('@aws-sdk/client-s3')).S3({ ...config, forcePathStyle: isRedirected(aws) })),
    sts: once(async () => new (await import('@aws-sdk/client-sts')).STS(config)),
  };
}

function isRedirected({ endpoint }: AwsOptions): boolean {
  return [endpoint, process.env['AWS_ENDPOINT_URL_S3'], process.env['AWS_ENDPOINT_URL']].some(Boolean);
}

async function regionOfProfile(): Promise<string> {
  const { STS } = await import('@aws-sdk/client-sts');
  // An empty AWS_REGION comes back as it is; nothing at all is an error of the SDK.
  const found = await new STS({}).config.region().catch((error: unknown) => error);
  if (typeof found === 'string' && found !== '') return found;
  throw new DeployError('REGION_MISSING', 'No AWS region is known. Pass `region`, set AWS_REGION, or give the profile one.', {
    cause: found,
  });
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
