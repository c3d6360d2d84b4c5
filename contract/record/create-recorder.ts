import { NormalizedSchema } from '@smithy/core/schema';
import { createMask, type MaskOptions } from './mask.ts';
import type { RecordedCall } from './recording.ts';

interface Command {
  readonly input: object;
  /** `[9, namespace, name, traits, input, output]`, as the official clients describe an operation. */
  readonly schema?: readonly unknown[];
}

interface Client {
  send(command: Command): Promise<{ $metadata: { httpStatusCode?: number | undefined } }>;
}

interface Failure extends Error {
  $metadata?: { httpStatusCode?: number };
}

export type Recorder = ReturnType<typeof createRecorder>;

/**
 * Notes what official clients are answered. `currentTest` says who is asking. Masked is everything at the end, when all secrets are known: one may stand
 * somewhere before a member that is sensitive names it.
 */
export function createRecorder(options: MaskOptions, currentTest: () => string) {
  const calls: (() => RecordedCall)[] = [];
  const masked = createMask(options);

  async function record(service: string, caller: RecordedCall['caller'], command: Command, send: () => ReturnType<Client['send']>) {
    const name = command.constructor.name.replace(/Command$/, '');
    const [input, output] = [4, 5].map((index) => schemaOf(command.schema?.[index]));
    const call = { test: currentTest(), operation: `${service}:${name}`, caller };
    const given = { ...command.input };
    masked.learn(given, input);
    try {
      const answer = await send();
      masked.learn(answer, output);
      calls.push(() => {
        const response = hideForeign(name, masked.mask({ ...answer }, output));
        return { ...call, input: masked.mask(given, input), status: answer.$metadata.httpStatusCode, response };
      });
      return answer;
    } catch (error) {
      const { name: code, message, $metadata, ...rest } = error as Failure;
      const members = Object.fromEntries(Object.entries(rest).filter(([key]) => !key.startsWith('$') && key !== 'stack'));
      calls.push(() => {
        const told = { name: code, message: masked.text(message), members: masked.mask(members, undefined) as Record<string, unknown> };
        return { ...call, input: masked.mask(given, input), status: $metadata?.httpStatusCode, error: told };
      });
      throw error;
    }
  }

  return {
    /** What was noted up to now, masked. */
    calls: (): RecordedCall[] => calls.map((call) => call()),
    /** The clients, as they were, but recorded. */
    watch<Clients extends object>(
      clients: Clients,
      services: Readonly<Record<keyof Clients, string>>,
      caller: RecordedCall['caller'],
    ): Clients {
      for (const [name, client] of Object.entries(clients) as [keyof Clients, Client][]) {
        const send = client.send.bind(client);
        client.send = (command) => record(services[name], caller, command, () => send(command));
      }
      return clients;
    },
  };
}

function schemaOf(reference: unknown): NormalizedSchema | undefined {
  return reference === undefined ? undefined : NormalizedSchema.of((typeof reference === 'function' ? reference() : reference) as never);
}

/** Lists hold what else is in the account: of that only the shape is kept. What a run made has its id. */
function hideForeign(operation: string, response: unknown): unknown {
  if (!/^(?:List|Describe)/.test(operation)) return response;
  const hide = (value: unknown): unknown => {
    if (typeof value === 'string') return /^<\w+>$/.test(value) ? value : '<text>';
    if (Array.isArray(value)) return value.map(hide);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, hide(item)]));
  };
  const visit = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map((item) => (JSON.stringify(item).includes('<run>') ? visit(item) : hide(item)));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, visit(item)]));
  };
  return visit(response);
}
