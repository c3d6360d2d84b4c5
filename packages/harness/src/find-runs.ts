import { RUN_ID, RUN_TAG } from './run-state.ts';

/**
 * The ids of runs that have something left in this account and region, by the tag on it: what a lost state file cannot hide.
 * A deployment makes its repository first and deletes it last, so providers and repositories are all there is to look at.
 */
export async function findRuns({ region }: { region: string }): Promise<string[]> {
  const runs = await Promise.all([runsOfProviders(region), runsOfRepositories(region)]);
  return [...new Set(runs.flat().filter((id) => RUN_ID.test(id)))].sort();
}

async function runsOfProviders(region: string): Promise<string[]> {
  const { BedrockAgentCoreControl, paginateListApiKeyCredentialProviders } = await import('@aws-sdk/client-bedrock-agentcore-control');
  const client = new BedrockAgentCoreControl({ region });
  const runs: string[] = [];
  for await (const { credentialProviders = [] } of paginateListApiKeyCredentialProviders({ client }, {})) {
    for (const { name = '', credentialProviderArn } of credentialProviders) {
      // Others' resources are not asked for their tags: an account may have many.
      if (!name.startsWith('openai-') || credentialProviderArn === undefined) continue;
      const { tags } = await client.listTagsForResource({ resourceArn: credentialProviderArn });
      runs.push(tags?.[RUN_TAG] ?? '');
    }
  }
  return runs;
}

async function runsOfRepositories(region: string): Promise<string[]> {
  const { ECR, paginateDescribeRepositories } = await import('@aws-sdk/client-ecr');
  const client = new ECR({ region });
  const runs: string[] = [];
  for await (const { repositories = [] } of paginateDescribeRepositories({ client }, {})) {
    for (const { repositoryName = '', repositoryArn } of repositories) {
      if (!repositoryName.includes('outbound_auth_') || repositoryArn === undefined) continue;
      const { tags } = await client.listTagsForResource({ resourceArn: repositoryArn });
      runs.push(tags?.find(({ Key }) => Key === RUN_TAG)?.Value ?? '');
    }
  }
  return runs;
}
