import type { IncomingMessage } from 'node:http';

/** The condition keys of how a request came. Every service has these, so that a policy means the same for all of them. */
export function transportKeys({ socket, headers }: IncomingMessage, region: string): Record<string, string> {
  return {
    'aws:RequestedRegion': region,
    'aws:SourceIp': socket.remoteAddress?.replace('::ffff:', '') ?? '127.0.0.1',
    // Loopback needs no TLS; on AWS there always is, and a policy that denies all else must not deny all here.
    'aws:SecureTransport': 'true',
    'aws:UserAgent': headers['user-agent'] ?? '',
  };
}
