/** An SDK client: each of them finds the profile's region in the same way. */
type AnyClient = new (options: object) => { config: { region: () => Promise<string> }; destroy(): void };

/** Where AgentCore calls go when nothing names a region: what the Python SDK uses. */
export const FALLBACK_REGION = 'us-west-2';

/**
 * The region of the calls: the argument, else AWS_REGION, else AWS_DEFAULT_REGION, else the profile's, else us-west-2.
 *
 * The AWS SDK for JavaScript reads AWS_REGION and the profile and throws where neither is set; it does not know AWS_DEFAULT_REGION, which the
 * aws CLI and Python read.
 *
 * @param fromProfile - asked last; answers `undefined` where the profile names no region
 */
export async function resolveRegion(explicit: string | undefined, fromProfile: () => Promise<string | undefined>): Promise<string> {
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  return explicit || AWS_REGION || AWS_DEFAULT_REGION || (await fromProfile()) || FALLBACK_REGION;
}

/** What the SDK itself would take for the region: the one of the profile in ~/.aws/config. */
export async function regionOfProfile(Client: AnyClient): Promise<string | undefined> {
  const client = new Client({});
  try {
    return await client.config.region();
  } catch (error) {
    if (error instanceof Error && /region is missing/i.test(error.message)) return undefined;
    throw error;
  } finally {
    client.destroy();
  }
}
