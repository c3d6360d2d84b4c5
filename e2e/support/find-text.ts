import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** The files under a directory that hold a text, as it is, in base64, or compressed, as the layers of an image are. */
export function filesWithText(directory: string, text: string): string[] {
  const needles = [text, ...[0, 1, 2].map((offset) => inBase64(text, offset))].map((needle) => Buffer.from(needle));
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => {
      const bytes = readFileSync(file);
      const content = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
      return needles.some((needle) => content.includes(needle));
    });
}

/** How a text looks in base64 when it starts `offset` bytes after a multiple of three, without the characters that depend on its neighbours. */
function inBase64(text: string, offset: number): string {
  const encoded = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)]).toString('base64');
  return encoded.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + text.length) * 8) / 6));
}
