import { readFileSync } from 'node:fs';
import type { ApiModel } from './api/model.ts';

const SERVICES = ['bedrock-agentcore-control', 'bedrock-agentcore', 'iam', 'sts', 'ecr', 'secretsmanager', 'logs'];

/** The models of all services, as scripts/generate-api.ts wrote them. */
export function loadModels(): ApiModel[] {
  return SERVICES.map((service) => JSON.parse(readFileSync(new URL(`./api/${service}.json`, import.meta.url), 'utf8')) as ApiModel);
}
