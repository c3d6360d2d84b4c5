import type { BedrockAgentCoreClient, BedrockAgentCoreClientConfig } from '@aws-sdk/client-bedrock-agentcore';
import type { BedrockAgentCoreControlClient } from '@aws-sdk/client-bedrock-agentcore-control';

/** Where calls go and who makes them. What is left out comes from the environment and the profile, as in every AWS SDK. */
export interface ConnectionOptions {
  /** Default: AWS_REGION, then AWS_DEFAULT_REGION, then the profile's, then us-west-2. */
  region?: string;
  /** One URL for all calls. Default: AWS_ENDPOINT_URL_<service>, then AWS_ENDPOINT_URL, then AWS itself. */
  endpoint?: string;
  /** Default: the SDK's own chain (environment, profile, SSO, container, instance). */
  credentials?: NonNullable<BedrockAgentCoreClientConfig['credentials']>;
}

/** What both SDK clients are made with. */
export type ClientSettings = Pick<BedrockAgentCoreClientConfig, 'credentials' | 'endpoint' | 'region' | 'requestHandler'>;

type DataPlane = typeof import('./data-plane.ts');
type ControlPlane = typeof import('./control-plane.ts');

/** The two SDK clients, each loaded when it is first asked for. */
export interface Connection {
  data(): Promise<{ client: BedrockAgentCoreClient; commands: DataPlane['commands'] }>;
  control(): Promise<{ client: BedrockAgentCoreControlClient; commands: ControlPlane['commands'] }>;
  region(): Promise<string>;
  /** Closes the sockets. A later call opens new ones. */
  close(): void;
}

// An agent that waits for ever is worse than one that fails: the SDK's own defaults have no time-out at all. Nothing that this package calls
// takes longer than a few seconds; token exchange at a slow vendor is what the half minute is for.
const requestHandler = { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true };

/** Opens nothing yet: the SDK is imported, and credentials and region are looked up, at the first call. */
export function connect(options: ConnectionOptions): Connection {
  const opened = new Set<{ destroy(): void }>();
  const settings = (region: string): ClientSettings => {
    const fixed: ClientSettings = { region, requestHandler };
    if (options.endpoint !== undefined) fixed.endpoint = options.endpoint;
    if (options.credentials !== undefined) fixed.credentials = options.credentials;
    return fixed;
  };
  const data = once(async () => {
    const { commands, createClient, findRegion } = await import('./data-plane.ts');
    const client = createClient(settings(await findRegion(options.region)));
    opened.add(client);
    return { client, commands };
  });
  const control = once(async () => {
    const { commands, createClient, findRegion } = await import('./control-plane.ts');
    const client = createClient(settings(await findRegion(options.region)));
    opened.add(client);
    return { client, commands };
  });
  return {
    data,
    control,
    async region() {
      const { client } = await data();
      return client.config.region();
    },
    close() {
      for (const client of opened) client.destroy();
    },
  };
}

// A failure is not kept: a profile that was broken at the first call may be whole at the second.
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
