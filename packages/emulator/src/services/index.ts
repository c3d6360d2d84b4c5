import type { ServiceOperations } from '../gateway/operation.ts';
import { agentCoreControlOperations, agentCoreDataOperations } from './agentcore/index.ts';
import { ecrOperations } from './ecr/index.ts';
import { iamOperations } from './iam/index.ts';
import { cloudWatchLogsOperations } from './logs/index.ts';
import { secretsManagerOperations } from './secretsmanager/index.ts';
import { stsOperations } from './sts/index.ts';

/** Every service's handlers, by the name of its model. What is not here answers 501. */
export const services: Readonly<Record<string, ServiceOperations>> = {
  'bedrock-agentcore': agentCoreDataOperations,
  'bedrock-agentcore-control': agentCoreControlOperations,
  ecr: ecrOperations,
  iam: iamOperations,
  logs: cloudWatchLogsOperations,
  secretsmanager: secretsManagerOperations,
  sts: stsOperations,
};
