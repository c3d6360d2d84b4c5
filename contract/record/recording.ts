/** What one call was answered, without anything that is nobody else's business. */
export interface RecordedCall {
  /** The test that made it, or nothing for what a file prepares. */
  readonly test: string;
  readonly operation: string;
  /** `own`, or `session` for somebody whom a test let act. */
  readonly caller: 'own' | 'session';
  readonly input: unknown;
  readonly status: number | undefined;
  readonly response?: unknown;
  readonly error?: { readonly name: string; readonly message: string; readonly members: Readonly<Record<string, unknown>> };
}

export interface Recording {
  readonly format: 1;
  /** `aws`, or `emulator` for a recording of the emulator itself. */
  readonly target: string;
  readonly recordedOn: string;
  readonly calls: readonly RecordedCall[];
}

/** The text of a recording. Placeholders are numbered, so that it can be read and two can be compared. */
export function writeRecording(recording: Recording): string {
  const numbers = new Map<string, number>();
  const counts = new Map<string, number>();
  const text = JSON.stringify(recording, undefined, 1).replace(/<(id|account):([g-v]{16})>/g, (whole, kind: string) => {
    if (!numbers.has(whole)) {
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
      numbers.set(whole, counts.get(kind)!);
    }
    return `<${kind}-${numbers.get(whole)}>`;
  });
  return `${text}\n`;
}

/** @throws Error if the text is no recording. */
export function readRecording(text: string): Recording {
  const read = parse(text);
  if (read?.format !== 1 || !Array.isArray(read.calls))
    throw new Error('This is no recording of the contract. Expected what `npx pnpm contract --record FILE` wrote, in format 1.');
  return read;
}

function parse(text: string): Recording | undefined {
  try {
    return JSON.parse(text) as Recording;
  } catch {
    return undefined;
  }
}
