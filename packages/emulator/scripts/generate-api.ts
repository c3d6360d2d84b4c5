// Turns the official SDK's operation schemas, its error lists and the constraints of model/constraints.json into src/api/<service>.json. Constraints
// are what the SDK leaves out: lengths, patterns and enums. Generating fails when they and the SDK's members differ (compare-constraints.ts).
//
// Why a generated file: importing seven SDK clients to read their schemas costs 0.7 s at every start; these files load in milliseconds. The
// emulator therefore needs no SDK at run time. `--check` fails when a file differs from what the pinned SDK says, so a bump cannot go unnoticed.
import { readFile, writeFile } from 'node:fs/promises';
import { NormalizedSchema } from '@smithy/core/schema';
import { compareConstraints, type Constraint, type ServiceConstraints } from './compare-constraints.ts';
import { readErrors } from './read-errors.ts';
import type { ApiMember, ApiModel, ApiOperation, ApiShape } from '../src/api/model.ts';

const SERVICES = ['bedrock-agentcore-control', 'bedrock-agentcore', 'iam', 'sts', 'ecr', 'secretsmanager', 'logs'] as const;
const CLIENTS: Record<string, string> = { secretsmanager: 'secrets-manager', logs: 'cloudwatch-logs' };
const XML_NAMESPACES: Record<string, string> = {
  iam: 'https://iam.amazonaws.com/doc/2010-05-08/',
  sts: 'https://sts.amazonaws.com/doc/2011-06-15/',
};
const TARGET_PREFIXES: Record<string, string> = {
  ecr: 'AmazonEC2ContainerRegistry_V20150921',
  secretsmanager: 'secretsmanager',
  logs: 'Logs_20140328',
};

function describe(schema: NormalizedSchema, constraint: Constraint | undefined, structures: Record<string, ApiShape>): ApiShape {
  const shape: ApiShape = { type: typeOf(schema) };
  const traits = schema.getMergedTraits();
  if (traits.sensitive || constraint?.sensitive) shape.sensitive = true;
  if (shape.type === 'timestamp' && schema.getSchema() === 5) shape.format = 'date-time';
  for (const limit of ['min', 'max', 'pattern', 'enum'] as const)
    if (constraint?.[limit] !== undefined) Object.assign(shape, { [limit]: constraint[limit] });
  if (shape.type === 'blob' && schema.isStreaming()) shape.streaming = true;
  if (shape.type === 'list') shape.member = describe(schema.getValueSchema(), constraint?.member, structures);
  if (shape.type === 'map') {
    shape.value = describe(schema.getValueSchema(), constraint?.value, structures);
    if (constraint?.key) shape.key = { type: 'string', ...limits(constraint.key) };
  }
  if (shape.type === 'structure') return { ...shape, type: 'structure', ref: structure(schema, constraint, structures) };
  return shape;
}

function limits({ min, max, pattern, enum: values }: Constraint) {
  return {
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(pattern === undefined ? {} : { pattern }),
    ...(values === undefined ? {} : { enum: values }),
  };
}

function structure(schema: NormalizedSchema, constraint: Constraint | undefined, structures: Record<string, ApiShape>): string {
  const name = schema.getName() ?? '';
  const key = constraint ? `${name}:in` : name;
  if (structures[key]) return key;
  const shape: ApiShape = { type: 'structure', members: {} };
  structures[key] = shape;
  if (schema.isUnionSchema()) shape.union = true;
  const members = schema.getMemberSchemas();
  const raw = schema.getSchema() as unknown[];
  const required = typeof raw[6] === 'number' ? Object.keys(members).slice(0, raw[6]) : [];
  if (required.length > 0) shape.required = required;
  for (const [memberName, member] of Object.entries(members)) {
    const described: ApiMember = describe(member, constraint?.members?.[memberName], structures);
    const traits = member.getMergedTraits();
    if (traits.httpLabel) described.location = 'label';
    if (traits.httpPayload) described.location = 'payload';
    if (traits.httpResponseCode) described.location = 'status';
    if (traits.httpHeader) Object.assign(described, { location: 'header', locationName: traits.httpHeader });
    if (traits.httpQuery) Object.assign(described, { location: 'query', locationName: traits.httpQuery });
    if (traits.httpQueryParams || traits.httpPrefixHeaders || traits.eventPayload)
      throw new Error(`${name}.${memberName}: a binding that the gateway does not know`);
    if (traits.idempotencyToken) described.idempotencyToken = true;
    if (traits.xmlName || traits.jsonName || traits.xmlFlattened || traits.xmlAttribute)
      throw new Error(`${name}.${memberName}: a name trait that the codecs do not know`);
    shape.members![memberName] = described;
  }
  return key;
}

function typeOf(schema: NormalizedSchema): ApiShape['type'] {
  if (schema.isUnitSchema()) return 'structure';
  if (schema.isStructSchema()) return 'structure';
  if (schema.isListSchema()) return 'list';
  if (schema.isMapSchema()) return 'map';
  if (schema.isTimestampSchema()) return 'timestamp';
  if (schema.isBlobSchema()) return 'blob';
  if (schema.isBooleanSchema()) return 'boolean';
  if (schema.isNumericSchema() || schema.isBigIntegerSchema() || schema.isBigDecimalSchema()) return 'number';
  if (schema.isDocumentSchema()) return 'document';
  if (schema.isStringSchema()) return 'string';
  throw new Error(`unknown schema kind: ${schema.getName()}`);
}

async function generate(service: string, constraints: ServiceConstraints): Promise<ApiModel> {
  const sdk = `@aws-sdk/client-${CLIENTS[service] ?? service}`;
  const client = (await import(sdk)) as Record<string, unknown>;
  const structures: Record<string, ApiShape> = {};
  const operations: Record<string, ApiOperation> = {};
  for (const value of Object.values(client)) {
    if (!Array.isArray(value) || value[0] !== 9) continue;
    const [, , name, traits, input, output] = value as [
      number,
      string,
      string,
      { http?: [string, string, number] } | 0,
      () => unknown,
      () => unknown,
    ];
    const [method, path, status] = (traits && traits.http) || ['POST', '/', 200];
    const operation: ApiOperation = { method, path, status };
    const known = constraints.operations[name];
    if (known) {
      const schema = NormalizedSchema.of(input() as never);
      findings.push(...compareConstraints(schema, known, name));
      operation.input = structure(schema, known, structures);
      operation.output = structure(NormalizedSchema.of(output() as never), undefined, structures);
      operation.errors = await readErrors(client, sdk, name);
    }
    operations[name] = operation;
  }
  const missing = Object.keys(constraints.operations).filter((name) => !operations[name]);
  if (missing.length > 0) throw new Error(`${service}: the SDK has no ${missing.join(', ')}`);
  return {
    service,
    signingName: constraints.signingName,
    apiVersion: constraints.apiVersion,
    protocol: constraints.protocol,
    ...(TARGET_PREFIXES[service] ? { targetPrefix: TARGET_PREFIXES[service] } : {}),
    ...(XML_NAMESPACES[service] ? { xmlNamespace: XML_NAMESPACES[service] } : {}),
    operations: Object.fromEntries(Object.entries(operations).sort(([a], [b]) => (a < b ? -1 : 1))),
    shapes: structures,
  };
}

const constraints = JSON.parse(await readFile(new URL('../model/constraints.json', import.meta.url), 'utf8')) as Record<
  string,
  ServiceConstraints
>;
const findings: string[] = [];
const check = process.argv.includes('--check');
for (const service of SERVICES) {
  const file = new URL(`../src/api/${service}.json`, import.meta.url);
  const text = `${JSON.stringify(await generate(service, constraints[service]!))}\n`;
  if (findings.length > 0)
    throw new Error(
      `${service}: model/constraints.json and the SDK differ. Correct it, or accept it by name in compare-constraints.ts.\n${findings.join('\n')}`,
    );
  if (!check) await writeFile(file, text);
  else if ((await readFile(file, 'utf8').catch(() => '')) !== text) {
    console.error(`src/api/${service}.json is not what the pinned SDK says. Run: pnpm --filter @agentcore-tutorials/emulator run generate`);
    process.exitCode = 1;
  }
}
