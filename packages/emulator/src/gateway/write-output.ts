import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FoundOperation } from './find-operation.ts';
import { writeEventStream } from './write-event-stream.ts';
import { writeJson } from './write-json.ts';
import { writeXml } from './write-xml.ts';

/** Sends a handler's output in the protocol of its service. A streaming member is passed on as it comes. */
export async function writeOutput(
  { model, name, operation }: FoundOperation,
  output: Record<string, unknown>,
  requestId: string,
  response: ServerResponse,
): Promise<void> {
  response.setHeader('x-amzn-requestid', requestId);
  if (model.protocol === 'query') {
    return send(response, 200, 'text/xml', writeXml(model, name, operation.output!, output, requestId));
  }
  const shape = { type: 'structure', ref: operation.output! } as const;
  if (model.protocol === 'json') {
    return send(response, 200, 'application/x-amz-json-1.1', JSON.stringify(writeJson(model, shape, output)));
  }
  let status = operation.status;
  let payload: Readable | Uint8Array | undefined;
  let document: { value: unknown } | undefined;
  for (const [memberName, member] of Object.entries(model.shapes[operation.output!]!.members!)) {
    const value = output[memberName];
    if (value === undefined || member.location === undefined) continue;
    if (member.location === 'status') status = value as number;
    else if (member.location === 'header') response.setHeader(member.locationName!, String(value));
    else if (member.type === 'document') document = { value };
    else if (member.type === 'structure')
      payload = Readable.from(writeEventStream(model, operation, member, value as AsyncIterable<Record<string, unknown>>));
    else if (member.location === 'payload') payload = value as Readable | Uint8Array;
  }
  if (payload instanceof Readable) {
    response.writeHead(status);
    response.flushHeaders();
    await pipeline(payload, response);
    return;
  }
  if (payload) {
    response.writeHead(status, { 'content-length': payload.byteLength });
    response.end(payload);
    return;
  }
  if (document) return send(response, status, 'application/json', JSON.stringify(document.value));
  const body = status === 204 ? '' : JSON.stringify(writeJson(model, shape, output));
  send(response, status, 'application/json', body);
}

function send(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
