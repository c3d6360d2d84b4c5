import { crc32 } from 'node:zlib';
import type { ApiModel, ApiOperation, ApiShape } from '../api/model.ts';
import { writeJson } from './write-json.ts';

const PRELUDE_BYTES = 12;
const CRC_BYTES = 4;
const STRING_TYPE = 7;

/**
 * The events of a streaming union, each with one member set, as `application/vnd.amazon.eventstream`. An error of the operation in the stream is
 * a message of type `exception`: clients throw it.
 */
export async function* writeEventStream(
  model: ApiModel,
  operation: ApiOperation,
  union: ApiShape,
  events: AsyncIterable<Record<string, unknown>>,
): AsyncGenerator<Buffer> {
  const members = model.shapes[union.ref!]!.members!;
  for await (const event of events) {
    const [name, value] = Object.entries(event)[0]!;
    const shape = members[name]!;
    const isError = Object.hasOwn(operation.errors ?? {}, shape.ref!);
    yield encodeMessage(
      {
        ...(isError ? { ':message-type': 'exception', ':exception-type': name } : { ':message-type': 'event', ':event-type': name }),
        ':content-type': 'application/json',
      },
      Buffer.from(JSON.stringify(writeJson(model, shape, value))),
    );
  }
}

/** One message: lengths and their checksum, headers (all of them strings), payload, and a checksum of everything before. */
function encodeMessage(headers: Readonly<Record<string, string>>, payload: Buffer): Buffer {
  const head = Buffer.concat(Object.entries(headers).map(([name, value]) => encodeHeader(name, value)));
  const message = Buffer.alloc(PRELUDE_BYTES + head.length + payload.length + CRC_BYTES);
  message.writeUInt32BE(message.length, 0);
  message.writeUInt32BE(head.length, 4);
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8);
  head.copy(message, PRELUDE_BYTES);
  payload.copy(message, PRELUDE_BYTES + head.length);
  message.writeUInt32BE(crc32(message.subarray(0, -CRC_BYTES)), message.length - CRC_BYTES);
  return message;
}

function encodeHeader(name: string, value: string): Buffer {
  const [nameBytes, valueBytes] = [Buffer.from(name), Buffer.from(value)];
  const header = Buffer.alloc(1 + nameBytes.length + 3 + valueBytes.length);
  let at = header.writeUInt8(nameBytes.length, 0);
  at += nameBytes.copy(header, at);
  at = header.writeUInt8(STRING_TYPE, at);
  at = header.writeUInt16BE(valueBytes.length, at);
  valueBytes.copy(header, at);
  return header;
}
