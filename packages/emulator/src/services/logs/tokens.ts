import type { LogPosition } from '../../store/log-events.ts';
import { invalidParameter } from './log-items.ts';

/** A place between two events, as text that says nothing to callers and stays good when the emulator restarts. */
export function encodePosition({ timestamp, id }: LogPosition): string {
  return Buffer.from(`${timestamp}:${id}`).toString('base64url');
}

export function decodePosition(token: string): LogPosition {
  const match = /^(\d{1,16}):(\d{1,16})$/.exec(Buffer.from(token, 'base64url').toString('latin1'));
  if (!match) throw badToken();
  return { timestamp: Number(match[1]), id: Number(match[2]) };
}

/** Where a stream stands in a list of streams. */
export interface Rank {
  time: number;
  name: string;
}

export function encodeRank({ time, name }: Rank): string {
  return Buffer.from(`${time}:${name}`).toString('base64url');
}

export function decodeRank(token: string): Rank {
  const match = /^(\d{1,16}):([^:]+)$/.exec(Buffer.from(token, 'base64url').toString('utf8'));
  if (!match) throw badToken();
  return { time: Number(match[1]), name: match[2]! };
}

const badToken = () => invalidParameter('The specified nextToken is invalid.');
