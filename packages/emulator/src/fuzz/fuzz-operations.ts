import type { ApiModel, ApiOperation } from '../api/model.ts';
import { encodeCall, spoilWire, wireText, type Call } from './encode-call.ts';
import { codeOf, judge, type Answer } from './judge.ts';
import { makeValue, type Pool } from './make-value.ts';
import { mutate, smaller } from './mutate.ts';
import { createRandom } from './random.ts';
import { signRaw, type RawRequest, type Signer } from './sign-raw.ts';

export interface FuzzOptions {
  models: readonly ApiModel[];
  isServed(service: string, operation: string): boolean;
  pool: Pool;
  /** Who calls: the first one mostly. */
  signers: readonly Signer[];
  region: string;
  /** Host and port, as a client names them. */
  host: string;
  seed: number;
  rounds: number;
  send(request: RawRequest): Promise<Answer>;
  /** Faults that the emulator reported so far. */
  faults: readonly unknown[];
  /** Told of every call before it is made. */
  onCall(call: string): void;
}

export interface FuzzResult {
  calls: number;
  /** `ListRoles 200` and the like -> how often. */
  answers: Map<string, number>;
  /** What must not be, each with its seed and the smallest input that shows it. */
  findings: string[];
}

const MOST_FINDINGS = 30;

/** Calls every operation once a round, with inputs that are right, nearly right, or broken. */
export async function fuzzOperations(options: FuzzOptions): Promise<FuzzResult> {
  const { models, isServed, pool, signers, region, host, seed, rounds, send, faults, onCall } = options;
  const answers = new Map<string, number>();
  /** One of a kind. */
  const findings = new Map<string, string>();
  let calls = 0;
  for (let round = 0; round < rounds; round += 1) {
    for (const model of models) {
      for (const [name, operation] of Object.entries(model.operations)) {
        if (operation.input === undefined || !isServed(model.service, name)) continue;
        const caseSeed = (seed * 1_000_003 + calls) >>> 0;
        const random = createRandom(caseSeed);
        const right = makeValue(model, { type: 'structure', ref: operation.input }, '', random, pool);
        const input = random.chance(0.35) ? right : mutate(right, random);
        const isSpoilt = random.chance(0.12);
        const wireSeed = random.below(2 ** 31);
        const signer = random.chance(0.85) ? signers[0]! : random.pick(signers);
        const trial = async (tried: unknown) => {
          const encoded = encodeCall({ model, name, operation, input: tried });
          const request = isSpoilt ? spoilWire(encoded, createRandom(wireSeed)) : encoded;
          const headers = signRaw({ ...request, headers: { host, ...request.headers } }, { signer, service: model.signingName, region });
          onCall(`${name} (case ${caseSeed}) ${isSpoilt ? 'spoilt ' : ''}${request.method} ${request.target}\n${request.body.toString()}`);
          return tryCall(
            { model, name, operation, input: tried },
            { ...request, headers },
            isSpoilt || hasEmptyLabel(model, operation, tried),
          );
        };
        calls += 1;
        const { wrong, answer } = await trial(input);
        if (wrong !== undefined) {
          const kind = `${name} ${wrong.slice(0, 60)}`;
          if (!findings.has(kind)) findings.set(kind, await report(name, caseSeed, input, wrong, trial));
          if (findings.size >= MOST_FINDINGS) return { calls, answers, findings: [...findings.values()] };
          continue;
        }
        const key = `${name} ${answer!.status < 300 ? 'done' : codeOf(answer!, answer!.text.startsWith('<') ? 'query' : 'rest-json')}`;
        answers.set(key, (answers.get(key) ?? 0) + 1);
      }
    }
  }
  return { calls, answers, findings: [...findings.values()] };

  async function tryCall(
    { model, name, operation }: Call,
    request: RawRequest,
    isAstray: boolean,
  ): Promise<{ wrong: string | undefined; answer?: Answer }> {
    const before = faults.length;
    try {
      const answer = await send(request);
      if (faults.length > before) return { wrong: `a fault: ${describe(faults.at(-1))}`, answer };
      if (answer.status < 300 && answer.text !== '') harvest(answer);
      return { wrong: judge(answer, { model, name, operation, isAstray }), answer };
    } catch (error) {
      return { wrong: `no answer: ${describe(error)}${faults.length > before ? `; a fault: ${describe(faults.at(-1))}` : ''}` };
    }
  }

  function harvest({ headers, text }: Answer): void {
    if (text.startsWith('<'))
      return pool.harvest(Object.fromEntries([...text.matchAll(/<(\w+)>([^<]+)<\/\1>/g)].map(([, name, value]) => [name!, value!])));
    if (/json/.test(String(headers['content-type']))) pool.harvest(JSON.parse(text));
  }

  /** What a person needs to see it again: the seed, and what is left of the input when all that does not matter is taken away. */
  async function report(
    name: string,
    caseSeed: number,
    input: unknown,
    wrong: string,
    trial: (input: unknown) => Promise<{ wrong: string | undefined }>,
  ): Promise<string> {
    let smallest = input;
    let reason = wrong;
    search: for (let tries = 0; tries < 60;) {
      for (const candidate of smaller(smallest)) {
        if ((tries += 1) >= 60) break search;
        const again = await trial(candidate);
        if (again.wrong === undefined) continue;
        [smallest, reason] = [candidate, again.wrong];
        continue search;
      }
      break;
    }
    const shown = (value: unknown) => JSON.stringify(value)?.slice(0, 1500);
    return `${name}, FUZZ_SEED=${seed} (case ${caseSeed}): ${wrong}\nsmallest input: ${shown(smallest)} -> ${reason}\ninput: ${shown(input)}`;
  }
}

/** A path with an empty label is the path of another operation, or of none. */
function hasEmptyLabel(model: ApiModel, operation: ApiOperation, input: unknown): boolean {
  const members = model.shapes[operation.input!]!.members!;
  const given = (typeof input === 'object' ? (input ?? {}) : {}) as Record<string, unknown>;
  return Object.entries(members).some(
    ([name, { location }]) => location === 'label' && Object.hasOwn(given, name) && wireText(given[name]) === '',
  );
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 8).join('\n') : String(error);
}
