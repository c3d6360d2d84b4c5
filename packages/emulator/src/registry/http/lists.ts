import { AwsError } from '../../gateway/aws-error.ts';
import { idIn, kindOf, restOf } from '../names.ts';
import { requireRepository } from '../repository.ts';
import type { Visit } from './visit.ts';

const DEFAULT_LIMIT = 1000;

export async function getTags(visit: Visit, name: string): Promise<void> {
  const { store } = visit.services;
  const registry = await visit.mayRead(name, 'ecr:ListImages');
  requireRepository(store, registry, name);
  const { limit, last } = readPaging(visit);
  const after = last === null ? {} : { after: idIn(name, last) };
  const found = store.items.list(kindOf('tag', registry), registry, { prefix: idIn(name, ''), limit: limit + 1, ...after });
  const tags = found.slice(0, limit).map(({ id }) => restOf(id));
  sendList(visit, { name, tags }, found.length > limit ? nextPage(`/v2/${name}/tags/list`, limit, tags.at(-1)) : undefined);
}

export function getCatalog(visit: Visit): void {
  const registry = visit.mayWrite('*', 'ecr:DescribeRepositories');
  const { limit, last } = readPaging(visit);
  const found = visit.services.store.items.list(kindOf('repository', registry), registry, {
    limit: limit + 1,
    ...(last === null ? {} : { after: last }),
  });
  const repositories = found.slice(0, limit).map(({ id }) => id);
  sendList(visit, { repositories }, found.length > limit ? nextPage('/v2/_catalog', limit, repositories.at(-1)) : undefined);
}

function readPaging({ query }: Visit): { limit: number; last: string | null } {
  const n = query.get('n');
  if (n !== null && !/^\d{1,6}$/.test(n))
    throw new AwsError('PAGINATION_NUMBER_INVALID', 400, `n=${n.slice(0, 20)} is not a number of entries.`);
  return { limit: Math.min(n === null ? DEFAULT_LIMIT : Number(n), DEFAULT_LIMIT), last: query.get('last') };
}

function nextPage(path: string, limit: number, last: string | undefined): string | undefined {
  return last === undefined ? undefined : `<${path}?${new URLSearchParams({ n: String(limit), last })}>; rel="next"`;
}

function sendList({ response }: Visit, body: object, link: string | undefined): void {
  const text = JSON.stringify(body);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), ...(link ? { link } : {}) });
  response.end(text);
}
