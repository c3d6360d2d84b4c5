/** What a call was about, for its error message. */
export interface Target {
  /** Name of the credential provider. */
  provider?: string;
  /** Name of the workload identity. */
  workload?: string;
  /** What the message calls the subject where it is neither, e.g. a token vault. */
  vault?: string;
}

const VAULT = 'token-vault/default';
const DIRECTORY = 'workload-identity-directory/default';

/**
 * The policy statement that an operation needs, in words. Source: the service authorization reference of Amazon Bedrock AgentCore; actions on
 * credentials are checked against all the resources at once, so leaving one out of the policy denies the call.
 */
export function requiredPermissions(operation: string, { provider = '{provider}', workload = '{workload}' }: Target): string {
  const kind = /oauth2|ResourceTokenAuth/i.test(operation) ? 'oauth2' : 'apikey';
  const providerArn = `${VAULT}/${kind}credentialprovider/${provider}`;
  const secret = `secretsmanager:GetSecretValue on secret:bedrock-agentcore-identity!default/${kind}/${provider}-????????-??????`;
  const action = `bedrock-agentcore:${operation}`;

  if (operation === 'GetResourceApiKey' || operation === 'GetResourceOauth2Token' || operation === 'CompleteResourceTokenAuth') {
    // Session binding names a session and not a provider: whose secret it will be is not known to the caller.
    const reads = operation === 'CompleteResourceTokenAuth' ? '' : `, and ${secret}`;
    return `allow ${action} on the four resources ${VAULT}, ${providerArn}, ${DIRECTORY} and ${DIRECTORY}/workload-identity/{agent}-*${reads}`;
  }
  if (/CredentialProviders?$/.test(operation)) {
    const creates = operation.startsWith('Create') ? ', and secretsmanager:CreateSecret on the secret that the service makes for it' : '';
    return `allow ${action} on ${VAULT} and ${providerArn}${creates}`;
  }
  if (/Workload/.test(operation)) return `allow ${action} on ${DIRECTORY} and ${DIRECTORY}/workload-identity/${workload}`;
  if (/TokenVault/.test(operation)) return `allow ${action} on ${VAULT}`;
  return `allow ${action}`;
}
