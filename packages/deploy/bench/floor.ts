// What every deployment has to do before its first request: start Node, load the four SDK clients, bundle the agent.
import { bundleAgent } from '../src/bundle/bundle.ts';

await Promise.all([
  bundleAgent(process.argv[2] as string),
  import('@aws-sdk/client-bedrock-agentcore-control'),
  import('@aws-sdk/client-ecr'),
  import('@aws-sdk/client-iam'),
  import('@aws-sdk/client-sts'),
]);
