import type {
  CreateAgentRuntimeEndpointCommandInput,
  CreateAgentRuntimeEndpointCommandOutput,
  DeleteAgentRuntimeEndpointCommandInput,
  DeleteAgentRuntimeEndpointCommandOutput,
  GetAgentRuntimeEndpointCommandInput,
  GetAgentRuntimeEndpointCommandOutput,
  ListAgentRuntimeEndpointsCommandInput,
  ListAgentRuntimeEndpointsCommandOutput,
  UpdateAgentRuntimeEndpointCommandInput,
  UpdateAgentRuntimeEndpointCommandOutput,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { defineOperation, type OperationContext } from '../../../gateway/operation.ts';
import type { Scope } from '../../../store/items.ts';
import { listPage } from '../../page.ts';
import { runtimeArn, runtimeEndpointArn } from '../arns.ts';
import { conflict, notFound, validation } from '../errors.ts';
import {
  DEFAULT_ENDPOINT,
  endpointId,
  findEndpoint,
  requireRuntime,
  requireVersion,
  RUNTIME_ENDPOINT,
  type EndpointItem,
} from '../runtime-items.ts';

const both = (scope: Scope, runtimeId: string, name: string) => [
  { resources: [runtimeArn(scope, runtimeId), runtimeEndpointArn(scope, runtimeId, name)] },
];

export const createAgentRuntimeEndpoint = defineOperation<CreateAgentRuntimeEndpointCommandInput, CreateAgentRuntimeEndpointCommandOutput>({
  authorize: (input, scope) => [{ resources: [runtimeArn(scope, input.agentRuntimeId!)] }],
  handle(input, context) {
    const { emulator, accountId, region } = context;
    const scope = { accountId, region };
    const runtime = requireRuntime(emulator.store, scope, input.agentRuntimeId!);
    if (runtime.deleting) throw conflict(`Agent runtime '${runtime.runtimeId}' is in status DELETING: it takes no endpoints any more.`);
    const name = input.name!;
    if (findEndpoint(emulator.store, scope, runtime.runtimeId, name))
      throw conflict(`Endpoint '${name}' of agent runtime '${runtime.runtimeId}' already exists.`);
    const targetVersion = readyVersion(context, runtime.runtimeId, input.agentRuntimeVersion ?? String(runtime.latestVersion));
    const createdAt = emulator.now().toISOString();
    const endpoint: EndpointItem = {
      name,
      status: 'CREATING',
      createdAt,
      lastUpdatedAt: createdAt,
      targetVersion,
      tags: input.tags ?? {},
      ...(input.description === undefined ? {} : { description: input.description }),
    };
    emulator.store.items.put(RUNTIME_ENDPOINT, scope, endpointId(runtime.runtimeId, name), endpoint);
    emulator.sessions.settleEndpoint(scope, runtime.runtimeId, name);
    return {
      targetVersion: String(targetVersion),
      agentRuntimeEndpointArn: runtimeEndpointArn(scope, runtime.runtimeId, name),
      agentRuntimeArn: runtimeArn(scope, runtime.runtimeId),
      agentRuntimeId: runtime.runtimeId,
      endpointName: name,
      status: 'CREATING' as const,
      createdAt: new Date(createdAt),
    };
  },
});

export const getAgentRuntimeEndpoint = defineOperation<GetAgentRuntimeEndpointCommandInput, GetAgentRuntimeEndpointCommandOutput>({
  authorize: (input, scope) => both(scope, input.agentRuntimeId!, input.endpointName!),
  handle: (input, context) =>
    describe(context, input.agentRuntimeId!, requireEndpoint(context, input.agentRuntimeId!, input.endpointName!)),
});

export const updateAgentRuntimeEndpoint = defineOperation<UpdateAgentRuntimeEndpointCommandInput, UpdateAgentRuntimeEndpointCommandOutput>({
  authorize: (input, scope) => both(scope, input.agentRuntimeId!, input.endpointName!),
  handle(input, context) {
    const { emulator, accountId, region } = context;
    const scope = { accountId, region };
    const runtimeId = input.agentRuntimeId!;
    const endpoint = requireEndpoint(context, runtimeId, input.endpointName!);
    if (endpoint.name === DEFAULT_ENDPOINT)
      throw validation('The DEFAULT endpoint follows the latest version and cannot be updated.', 'endpointName');
    if (endpoint.status !== 'READY')
      throw conflict(`Endpoint '${endpoint.name}' is in status ${endpoint.status}: it can be updated when it is READY.`);
    const targetVersion =
      input.agentRuntimeVersion === undefined ? endpoint.targetVersion : readyVersion(context, runtimeId, input.agentRuntimeVersion);
    const updated: EndpointItem = {
      ...endpoint,
      status: 'UPDATING',
      targetVersion,
      lastUpdatedAt: emulator.now().toISOString(),
      ...(input.description === undefined ? {} : { description: input.description }),
    };
    emulator.store.items.put(RUNTIME_ENDPOINT, scope, endpointId(runtimeId, endpoint.name), updated);
    emulator.sessions.settleEndpoint(scope, runtimeId, endpoint.name);
    const { id: _id, name: _name, failureReason: _reason, description: _description, ...described } = describe(scope, runtimeId, updated);
    return described;
  },
});

export const deleteAgentRuntimeEndpoint = defineOperation<DeleteAgentRuntimeEndpointCommandInput, DeleteAgentRuntimeEndpointCommandOutput>({
  authorize: (input, scope) => both(scope, input.agentRuntimeId!, input.endpointName!),
  handle(input, context) {
    const { emulator, accountId, region } = context;
    const runtimeId = input.agentRuntimeId!;
    const endpoint = requireEndpoint(context, runtimeId, input.endpointName!);
    if (endpoint.name === DEFAULT_ENDPOINT) throw conflict('Default endpoints are removed when you delete the agent');
    emulator.store.items.put(RUNTIME_ENDPOINT, context, endpointId(runtimeId, endpoint.name), { ...endpoint, status: 'DELETING' });
    emulator.sessions.removeEndpoint({ accountId, region }, runtimeId, endpoint.name);
    return { status: 'DELETING' as const, agentRuntimeId: runtimeId, endpointName: endpoint.name };
  },
});

export const listAgentRuntimeEndpoints = defineOperation<ListAgentRuntimeEndpointsCommandInput, ListAgentRuntimeEndpointsCommandOutput>({
  handle({ agentRuntimeId, maxResults: limit = 100, nextToken: token }, context) {
    const runtime = requireRuntime(context.emulator.store, context, agentRuntimeId!);
    const page = listPage<EndpointItem>(context.emulator.store, RUNTIME_ENDPOINT, context, {
      limit,
      token,
      prefix: `${runtime.runtimeId}/`,
      descending: true,
    });
    return { runtimeEndpoints: page.items.map(({ value }) => describe(context, runtime.runtimeId, value)), nextToken: page.nextToken };
  },
});

function requireEndpoint({ emulator, accountId, region }: OperationContext, runtimeId: string, name: string): EndpointItem {
  requireRuntime(emulator.store, { accountId, region }, runtimeId);
  const endpoint = findEndpoint(emulator.store, { accountId, region }, runtimeId, name);
  if (!endpoint) throw notFound(`Endpoint '${name}' of agent runtime '${runtimeId}' does not exist.`);
  return endpoint;
}

function readyVersion(context: OperationContext, runtimeId: string, version: string): number {
  const { status, version: number } = requireVersion(context.emulator.store, context, runtimeId, Number(version));
  if (status !== 'READY') throw conflict(`Version ${version} of agent runtime '${runtimeId}' is in status ${status}, not READY.`);
  return number;
}

function describe(scope: Scope, runtimeId: string, endpoint: EndpointItem) {
  return {
    name: endpoint.name,
    id: endpoint.name,
    agentRuntimeEndpointArn: runtimeEndpointArn(scope, runtimeId, endpoint.name),
    agentRuntimeArn: runtimeArn(scope, runtimeId),
    status: endpoint.status,
    createdAt: new Date(endpoint.createdAt),
    lastUpdatedAt: new Date(endpoint.lastUpdatedAt),
    // Recorded: an endpoint that serves what it should has a live version only.
    targetVersion: endpoint.status === 'READY' ? undefined : String(endpoint.targetVersion),
    liveVersion: endpoint.liveVersion === undefined ? undefined : String(endpoint.liveVersion),
    description: endpoint.description === '' ? undefined : endpoint.description,
    failureReason: endpoint.failureReason,
  };
}
