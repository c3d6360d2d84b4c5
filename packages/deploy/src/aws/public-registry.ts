import type { AwsOptions } from '../agent/definition.ts';
import { endpointOf } from '../oci/reference.ts';

/**
 * Where a registry is reached. public.ecr.aws is an AWS service, so it follows the same settings as every other service in
 * an AWS SDK: the endpoint given in code, then `AWS_ENDPOINT_URL_ECR_PUBLIC`, then `AWS_ENDPOINT_URL`, unless
 * `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` is true. Other registries are reached at their own address.
 */
export function registryEndpoint(host: string, aws: AwsOptions = {}, env: NodeJS.ProcessEnv = process.env): string {
  if (host !== 'public.ecr.aws') return endpointOf(host);
  const configured =
    env['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS']?.toLowerCase() === 'true'
      ? undefined
      : env['AWS_ENDPOINT_URL_ECR_PUBLIC'] || env['AWS_ENDPOINT_URL'];
  return aws.endpoint ?? (configured || endpointOf(host));
}
