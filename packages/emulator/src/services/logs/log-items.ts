import { AwsError } from '../../gateway/aws-error.ts';
import type { Permission } from '../../gateway/operation.ts';
import type { Scope } from '../../store/items.ts';
import type { Store } from '../../store/open-store.ts';
import { regionalArn } from '../../partition.ts';

export const LOG_GROUP = 'log-group';
export const LOG_STREAM = 'log-stream';

export interface LogGroupItem {
  /** Milliseconds since 1970. */
  createdAt: number;
  tags: Record<string, string>;
  /** Default: STANDARD. */
  logGroupClass?: 'STANDARD' | 'INFREQUENT_ACCESS' | 'DELIVERY';
  /** Default: events are kept until there are too many. */
  retentionInDays?: number;
}

export interface LogStreamItem {
  createdAt: number;
}

/** A stream's name holds no colon, and a group's neither: so this is one stream of one group, and streams of a group are listed by their prefix. */
export const streamId = (group: string, stream: string) => `${group}:${stream}`;

export const logGroupArn = (scope: Scope, group: string) => regionalArn('logs', scope, `log-group:${group}`);
export const logStreamArn = (scope: Scope, group: string, stream: string) => `${logGroupArn(scope, group)}:log-stream:${stream}`;

/** What AWS checks an action on a whole group against: so its denials say, and so policies need the `:*` that AWS's own end with. */
export const onGroup = (scope: Scope, group: string): Permission[] => [{ resources: [logStreamArn(scope, group, '')] }];
export const onStream = (scope: Scope, group: string, stream: string): Permission[] => [
  { resources: [logStreamArn(scope, group, stream)] },
];

export function requireGroup(store: Store, scope: Scope, group: string): LogGroupItem {
  const item = store.items.get<LogGroupItem>(LOG_GROUP, scope, group);
  if (!item) throw noSuchGroup();
  return item;
}

export function requireStream(store: Store, scope: Scope, group: string, stream: string): LogGroupItem {
  const item = requireGroup(store, scope, group);
  if (!store.items.get<LogStreamItem>(LOG_STREAM, scope, streamId(group, stream)))
    throw new AwsError('ResourceNotFoundException', 400, 'The specified log stream does not exist.');
  return item;
}

export const noSuchGroup = () => new AwsError('ResourceNotFoundException', 400, 'The specified log group does not exist.');
export const alreadyExists = (what: string) =>
  new AwsError('ResourceAlreadyExistsException', 400, `The specified log ${what} already exists`);
export const invalidParameter = (message: string) => new AwsError('InvalidParameterException', 400, message);

/** Callers name a group by name or by ARN; one of the two. */
export function groupName(scope: Scope, name: string | undefined, identifier: string | undefined): string {
  if (name !== undefined && identifier !== undefined)
    throw new AwsError('ValidationException', 400, 'LogGroup name and LogGroup ARN are mutually exclusive parameters.');
  if (name !== undefined) return name;
  if (identifier === undefined) throw invalidParameter('Exactly one of logGroupName and logGroupIdentifier is required.');
  return identifier.startsWith('arn:') ? groupOfArn(scope, identifier.replace(/:\*$/, '')) : identifier;
}

/** The name in the ARN of a group of the caller's. Throws ResourceNotFoundException for any other. */
export function groupOfArn({ accountId, region }: Scope, arn: string): string {
  const own = logGroupArn({ accountId, region }, '');
  if (!arn.startsWith(own)) throw noSuchGroup();
  return arn.slice(own.length);
}
