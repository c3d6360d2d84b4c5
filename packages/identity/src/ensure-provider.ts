import { call } from './aws/call.ts';
import type { Connection } from './aws/connect.ts';
import { isCode } from './is-code.ts';

interface Provider {
  name: string;
  credentialProviderArn: string;
}

/** A provider, and whether it had to be made. */
export type Ensured<P extends Provider> = P & { outcome: 'created' | 'updated' };

/** Creates a provider; where one of that name is there, updates it and adds the tags. */
export async function ensureProvider<P extends Provider>(
  aws: Connection,
  { create, update, tags }: { create: () => Promise<P>; update: () => Promise<P>; tags: Record<string, string> | undefined },
  signal?: AbortSignal,
): Promise<Ensured<P>> {
  try {
    return { ...(await create()), outcome: 'created' };
  } catch (error) {
    if (!isCode(error, 'ALREADY_EXISTS')) throw error;
  }
  try {
    const provider = await update();
    await tag(aws, provider, tags, signal);
    return { ...provider, outcome: 'updated' };
  } catch (error) {
    if (!isCode(error, 'NOT_FOUND')) throw error;
  }
  // Somebody deleted it between the two calls. If it is there again by now, two programs are fighting over it, and the error may say so.
  return { ...(await create()), outcome: 'created' };
}

async function tag(
  aws: Connection,
  { name, credentialProviderArn }: Provider,
  tags: Record<string, string> | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (tags === undefined || Object.keys(tags).length === 0) return;
  const { client, commands } = await aws.control();
  const subject = { operation: 'TagResource', provider: name };
  await call(subject, signal, (options) => client.send(new commands.TagResource({ resourceArn: credentialProviderArn, tags }), options));
}
