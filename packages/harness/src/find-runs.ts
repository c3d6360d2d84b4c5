import { RUN_ID, RUN_TAG } from './run-state.ts';

/** Something that a run has left, by the tag on it. */
export interface Leftover {
  run: string;
  /** Of a credential provider or a repository. */
  name: string;
}

/** The ids of runs that have something left in this account and region: what a lost state file cannot hide. */
export async function findRuns(place: { region: string }): Promise<string[]> {
  return [...new Set((await findLeftovers(place)).map(({ run }) => run))].sort();
}

/**
 * What runs have left. A deployment makes its repository first and deletes it last, and every tutorial has a credential provider, so providers and
 * repositories are all there is to look at.
 */
export async function findLeftovers({ region }: { region: string }): Promise<Leftover[]> {
  const found = await Promise.all([leftProviders(region), leftRepositories(region)]);
  return found.flat().filter(({ run }) => RUN_ID.test(run));
}

/** Others' resources are not asked for their tags, an account may have many: what a run makes has the run's id in its name. */
const OF_A_RUN = /[-_][0-9a-f]{6}(?:$|[-_])/;

async function leftProviders(region: string): Promise<Leftover[]> {
  const { BedrockAgentCoreControl, paginateListApiKeyCredentialProviders, paginateListOauth2CredentialProviders } =
    await import('@aws-sdk/client-bedrock-agentcore-control');
  const client = new BedrockAgentCoreControl({ region });
  const left: Leftover[] = [];
  for (const pages of [paginateListApiKeyCredentialProviders({ client }, {}), paginateListOauth2CredentialProviders({ client }, {})])
    for await (const { credentialProviders = [] } of pages)
      for (const { name = '', credentialProviderArn } of credentialProviders) {
        if (!OF_A_RUN.test(name) || credentialProviderArn === undefined) continue;
        const { tags } = await client.listTagsForResource({ resourceArn: credentialProviderArn });
        left.push({ run: tags?.[RUN_TAG] ?? '', name });
      }
  return left;
}

async function leftRepositories(region: string): Promise<Leftover[]> {
  const { ECR, paginateDescribeRepositories } = await import('@aws-sdk/client-ecr');
  const client = new ECR({ region });
  const left: Leftover[] = [];
  for await (const { repositories = [] } of paginateDescribeRepositories({ client }, {})) {
    for (const { repositoryName: name = '', repositoryArn } of repositories) {
      if (!OF_A_RUN.test(name) || repositoryArn === undefined) continue;
      const { tags } = await client.listTagsForResource({ resourceArn: repositoryArn });
      left.push({ run: tags?.find(({ Key }) => Key === RUN_TAG)?.Value ?? '', name });
    }
  }
  return left;
}
