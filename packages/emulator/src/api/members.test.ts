import { expect, test } from 'vitest';
import { readMembers, type MemberName } from '../../scripts/read-members.ts';
import { innermost, refusedMember } from '../gateway/refuse-members.ts';
import { REFUSED_MEMBERS } from '../gateway/refused-members.ts';
import { loadModels } from '../load-models.ts';
import { services } from '../services/index.ts';
import type { ApiModel } from './model.ts';

/** Members that nothing reads and that may be sent all the same, each with the reason why that is no false answer. */
const HARMLESS: Readonly<Record<MemberName, string>> = {
  'bedrock-agentcore-control:HostingEnvironment.arn': 'No gateway is here: whichever is allowed, nobody is let in.',
  'bedrock-agentcore-control:Oauth2AuthorizationServerMetadata.responseTypes':
    'Kept and shown. The service uses the response type code only.',
  'bedrock-agentcore-control:RuntimeMetadataConfiguration.requireMMDSV2':
    'Kept and shown. It chooses between versions of a microVM service.',
  'bedrock-agentcore:InvokeAgentRuntimeCommandRequest.accept': 'The answer is an event stream, whatever is asked for.',
  'bedrock-agentcore:InvokeAgentRuntimeCommandRequest.contentType': 'The body is JSON by definition.',
  'ecr:BatchGetImageRequest.acceptedMediaTypes': 'Only manifests of Docker v1 are converted; every other is sent as it is.',
  'ecr:ImageTagMutabilityExclusionFilter.filterType': 'WILDCARD is its only value, and is checked.',
  'logs:Entity.attributes': 'Kept for the console only: no operation returns it.',
  'logs:Entity.keyAttributes': 'Kept for the console only: no operation returns it.',
  'logs:FilterLogEventsRequest.interleaved': 'Documented: ignored since 2019.',
  'logs:FilterLogEventsRequest.unmask': 'Without data protection policies nothing is masked.',
  'logs:GetLogEventsRequest.unmask': 'Without data protection policies nothing is masked.',
  'logs:PutLogEventsRequest.entity': 'Kept for the console only: no operation returns it.',
  'logs:PutLogEventsRequest.sequenceToken': 'Documented: ignored.',
};

const FOLDERS: Readonly<Record<string, string>> = { 'bedrock-agentcore': 'agentcore', 'bedrock-agentcore-control': 'agentcore' };
const CLIENTS: Readonly<Record<string, string>> = { secretsmanager: 'secrets-manager', logs: 'cloudwatch-logs' };

test('every member of every input is read, refused by name, or harmless for a reason', { timeout: 300_000 }, () => {
  const { members: named, byOperation } = readMembers();
  const members = loadModels().flatMap(inputMembers);
  const isRead = ({ sdkName, ofOperation }: InputMember) => named.has(sdkName) || byOperation.has(ofOperation);
  // The walk has to find what there is: an empty one would prove anything.
  expect(members.length).toBeGreaterThan(500);
  expect(members.filter(isRead).length).toBeGreaterThan(450);

  const isHarmless = (name: MemberName) => Object.hasOwn(HARMLESS, name);
  const without = members.filter((member) => !isRead(member) && !member.refused && !member.byGateway && !isHarmless(member.name));
  expect(
    without.map(({ name, at }) => `${name} (${at})`),
    'accepted without effect: read it, add it to REFUSED_MEMBERS, or to HARMLESS with a reason',
  ).toEqual([]);

  const stale = members.filter((member) => isRead(member) && (member.refused || isHarmless(member.name)));
  expect(
    stale.map(({ name }) => name),
    'read by a handler: take it off REFUSED_MEMBERS or HARMLESS',
  ).toEqual([]);

  const known = new Set<string>(members.map(({ name }) => name));
  const listed = Object.entries(REFUSED_MEMBERS).flatMap(([service, list]) => Object.keys(list).map((name) => `${service}:${name}`));
  expect([...listed, ...Object.keys(HARMLESS)].filter((name) => !known.has(name))).toEqual([]);
});

interface InputMember {
  name: MemberName;
  sdkName: MemberName;
  /** With the folder of the service and the operation, for a handler with an input type of its own. */
  ofOperation: MemberName;
  /** An operation, and the way to the member in its input. */
  at: string;
  refused: boolean;
  /** The gateway answers the same clientToken the same, for every operation that has one. */
  byGateway: boolean;
}

/** Each member of each structure that is part of the input of an operation with a handler, once. What a refused one holds is refused with it. */
function inputMembers(model: ApiModel): InputMember[] {
  const found = new Map<string, InputMember>();
  for (const operation of Object.keys(services[model.service] ?? {})) walk(model.operations[operation]!.input!, operation);
  return [...found.values()];

  function walk(ref: string, at: string): void {
    for (const [member, shape] of Object.entries(model.shapes[ref]!.members ?? {})) {
      const name = `${ref.replace(/:in$/, '')}.${member}` as const;
      if (found.has(name)) continue;
      const refused = refusedMember(model, ref, member) !== undefined;
      found.set(name, {
        name: `${model.service}:${name}`,
        sdkName: `${CLIENTS[model.service] ?? model.service}:${name}`,
        ofOperation: `${FOLDERS[model.service] ?? model.service}:${at}.${member}`,
        at: `${at}.${member}`,
        refused,
        byGateway: member === 'clientToken' && shape.idempotencyToken === true,
      });
      const inner = innermost(shape).ref;
      if (inner !== undefined && !refused) walk(inner, `${at}.${member}`);
    }
  }
}
