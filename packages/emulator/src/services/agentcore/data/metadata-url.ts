import type { EmulatorServices } from '../../../emulator-services.ts';

/** Where a client that was answered 401 finds out who issues tokens for a runtime (RFC 9728). */
export function metadataUrl({ endpoint }: Pick<EmulatorServices, 'endpoint'>, arn: string, qualifier: string): string {
  return `${invocationUrl(endpoint, arn)}/.well-known/oauth-protected-resource?${new URLSearchParams({ qualifier })}`;
}

export function invocationUrl(endpoint: string, arn: string): string {
  return `${endpoint}/runtimes/${encodeURIComponent(arn)}/invocations`;
}
