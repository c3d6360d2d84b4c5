import type { EmulatorInfo } from '../emulator-info.ts';

export const crlf = (...lines: string[]) => lines.join('\r\n');

export const healthRequest = (host: string) => crlf('GET /_emulator/health HTTP/1.1', `Host: ${host}`, 'Connection: close', '', '');

/** A good request to each part of the emulator, as bytes on the wire. */
export function wholeRequests({ endpoint, adminToken, modelApiKey }: EmulatorInfo): string[] {
  const { host } = new URL(endpoint);
  return [
    healthRequest(host),
    crlf(
      'POST /v1/chat/completions HTTP/1.1',
      `Host: ${host}`,
      `Authorization: Bearer ${modelApiKey}`,
      'Content-Length: 61',
      'Connection: close',
      '',
      '{"model":"gpt-4o","messages":[{"role":"user","content":"hi"}]}',
    ),
    crlf('GET /v2/app/manifests/v1 HTTP/1.1', `Host: ${host}`, 'Authorization: Basic QVdTOng=', 'Connection: close', '', ''),
    crlf(
      'POST /_vendor/token HTTP/1.1',
      `Host: ${host}`,
      'Content-Type: application/x-www-form-urlencoded',
      'Content-Length: 29',
      'Connection: close',
      '',
      'grant_type=client_credentials',
    ),
    crlf(
      'GET /_vendor/auth?client_id=local-client&response_type=code&scope=openid HTTP/1.1',
      `Host: ${host}`,
      'Cookie: _session=a; _session.sig=b',
      'Connection: close',
      '',
      '',
    ),
    crlf(
      'POST / HTTP/1.1',
      `Host: ${host}`,
      'Content-Type: application/x-www-form-urlencoded',
      'Transfer-Encoding: chunked',
      'Connection: close',
      '',
      '10',
      'Action=ListRoles',
      '0',
      '',
      '',
    ),
    crlf(
      'GET /_emulator/logs?group=a&after=1 HTTP/1.1',
      `Host: ${host}`,
      `Authorization: Bearer ${adminToken}`,
      'Connection: close',
      '',
      '',
    ),
    crlf(
      'POST /identities/GetWorkloadAccessToken HTTP/1.1',
      `Host: ${host}`,
      'Authorization: AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-west-2/bedrock-agentcore/aws4_request, SignedHeaders=host, Signature=00',
      'X-Amz-Date: 20260101T000000Z',
      'Content-Length: 2',
      'Connection: close',
      '',
      '{}',
    ),
  ];
}
