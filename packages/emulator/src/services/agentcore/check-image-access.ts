import type { Authorizer } from '../../authorization/create-authorizer.ts';
import { AwsError } from '../../gateway/aws-error.ts';
import type { RoleItem } from '../iam/role.ts';
import { validation } from './errors.ts';
import { executionPrincipal } from './execution-role.ts';
import { regionalArn } from '../../partition.ts';

const PRIVATE_IMAGE = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([^:@]+)/;

/** Throws, in the service's words, unless the image is in the runtime's region and the execution role may pull it. A public image needs no permission. */
export function checkImageAccess(
  authorizer: Authorizer,
  role: RoleItem,
  { containerUri, region: ownRegion }: { containerUri: string; region: string },
): void {
  const match = PRIVATE_IMAGE.exec(containerUri);
  if (!match) return;
  const [, accountId = '', region = '', repository] = match;
  // Reported by users of AWS: this is how the message begins.
  if (region !== ownRegion)
    throw validation(
      `Ecr uri region '${region}' does not match the application region '${ownRegion}'. Push the image to a repository in ${ownRegion}.`,
      'agentRuntimeArtifact',
    );
  const repositoryArn = regionalArn('ecr', { accountId, region }, `repository/${repository}`);
  const caller = { principal: executionPrincipal(role, 'image-validation'), sessionPolicies: [] };
  const needed = [
    { action: 'ecr:GetAuthorizationToken', resources: ['*'] },
    { action: 'ecr:BatchGetImage', resources: [repositoryArn] },
    { action: 'ecr:GetDownloadUrlForLayer', resources: [repositoryArn] },
  ];
  try {
    for (const access of needed) authorizer.require(caller, { ...access, context: {} });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw validation(
      `Access denied while validating ECR URI '${containerUri}'. The execution role requires permissions for ecr:GetAuthorizationToken, ecr:BatchGetImage, and ecr:GetDownloadUrlForLayer operations.`,
      'agentRuntimeArtifact',
    );
  }
}
