import type { VendorInfo } from './vendor/vendor-info.ts';

/** How to reach a running emulator: what `agentcore-local start --json` prints. */
export interface EmulatorInfo {
  /** The one URL of all services. */
  endpoint: string;
  region: string;
  accountId: string;
  /** The administrator's key of the account. */
  accessKeyId: string;
  secretAccessKey: string;
  /** Base URL of the OpenAI-compatible stand-in. */
  modelEndpoint: string;
  /** The only key that the stand-in accepts. */
  modelApiKey: string;
  /** The OAuth2 vendor on loopback, and its API. */
  vendor: VendorInfo;
  /** Bearer token of the `/_emulator/` API. */
  adminToken: string;
  pid: number;
  version: string;
}

/** The environment that points official SDKs, the aws CLI and OpenAI clients at the emulator. */
export function environmentOf(info: EmulatorInfo): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: info.endpoint,
    // The official Python packages of AgentCore read these two instead.
    BEDROCK_AGENTCORE_CP_ENDPOINT: info.endpoint,
    BEDROCK_AGENTCORE_DP_ENDPOINT: info.endpoint,
    AWS_ACCESS_KEY_ID: info.accessKeyId,
    AWS_SECRET_ACCESS_KEY: info.secretAccessKey,
    AWS_REGION: info.region,
    AWS_DEFAULT_REGION: info.region,
    OPENAI_BASE_URL: info.modelEndpoint,
    OPENAI_API_KEY: info.modelApiKey,
    VENDOR_DISCOVERY_URL: info.vendor.discoveryUrl,
    VENDOR_CLIENT_ID: info.vendor.clientId,
    VENDOR_CLIENT_SECRET: info.vendor.clientSecret,
    VENDOR_API_URL: info.vendor.apiUrl,
    VENDOR_AGENT_AUDIENCE: info.vendor.agentAudience,
  };
}
