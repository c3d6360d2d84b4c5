import { sample, stringMatching } from 'fast-check';
import type { ApiModel, ApiShape } from '../api/model.ts';
import { refusedMember } from '../gateway/refuse-members.ts';
import type { Random } from './random.ts';

/** In every value of a member that the model calls sensitive: it must not come back in an error. */
export const SECRET_MARK = 'sk-FuzzMustNotBeShown';

/** What requests aim at: without names, tokens and ARNs of things that exist, nearly every request would be turned away at once. */
export interface Pool {
  /** One of the values that are known under a member's name. */
  draw(name: string, random: Random): unknown;
  /** Keeps what an answer said, by its members' names. */
  harvest(answer: unknown): void;
}

/** The model calls an endpoint's name sensitive, but it is part of the ARN that a denial names. */
const SHOWN = new Set(['name', 'endpointName']);

const KEPT_PER_NAME = 12;

/** Where a member's values come from that has another name in answers. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  secretid: ['arn', 'secretarn'],
  resourcearn: ['agentruntimearn', 'credentialproviderarn', 'workloadidentityarn', 'repositoryarn', 'arn', 'loggrouparn'],
  workloadidentitytoken: ['workloadaccesstoken'],
  workloadname: ['name'],
  resourcecredentialprovidername: ['name'],
  agentruntimearn: ['agentruntimeid'],
  endpointname: ['name'],
  marker: ['nexttoken'],
  logstreamnames: ['logstreamname'],
  layerdigests: ['layerdigest'],
  repositorynames: ['repositoryname'],
  loggroupidentifier: ['loggrouparn', 'loggroupname'],
};

export function createPool(constants: Readonly<Record<string, readonly unknown[]>>): Pool {
  const fixed = new Map(Object.entries(constants).map(([name, values]) => [name.toLowerCase(), values]));
  const found = new Map<string, unknown[]>();
  return {
    draw(name, random) {
      const key = name.toLowerCase();
      const lists = [fixed.get(key), ...[key, ...(ALIASES[key] ?? [])].map((alias) => found.get(alias))].filter(
        (list) => list !== undefined,
      );
      return lists.length === 0 ? undefined : random.pick(random.pick(lists));
    },
    harvest(answer) {
      if (Array.isArray(answer)) return answer.slice(0, 5).forEach((item) => this.harvest(item));
      if (typeof answer !== 'object' || answer === null) return;
      for (const [name, value] of Object.entries(answer)) {
        if (typeof value !== 'string') {
          this.harvest(value);
          continue;
        }
        if (value === '' || value.length > 4000 || value.includes(SECRET_MARK)) continue;
        const list = found.get(name.toLowerCase()) ?? [];
        found.set(name.toLowerCase(), list);
        list.push(value);
        if (list.length > KEPT_PER_NAME) list.splice(1, 1);
      }
    },
  };
}

const samples = new WeakMap<ApiShape, readonly string[]>();

/** Strings that a shape allows, as far as one can tell: made from its pattern. */
function stringsOf(shape: ApiShape): readonly string[] {
  let known = samples.get(shape);
  if (!known) {
    const { min = 0, max = 4000, pattern } = shape;
    const plain = ['alpha', 'a', 'two words', 'https://127.0.0.1:9/x', '12', 'x'.repeat(Math.max(min, 1))];
    let made: string[] = plain;
    if (pattern !== undefined) {
      try {
        const whole = new RegExp(`^(?:${pattern})$`, 'u');
        const matching = sample(stringMatching(whole), { numRuns: 4, seed: 1 });
        made = [...matching, ...plain.filter((text) => whole.test(text))];
      } catch {
        // A pattern that fast-check cannot turn round: the plain ones have to do.
      }
    }
    const fitting = made.filter((text) => text.length >= min && text.length <= max);
    known = fitting.length > 0 ? fitting : ['x'.repeat(min)];
    samples.set(shape, known);
  }
  return known;
}

/** A value that a model takes for `shape`, mostly. */
export function makeValue(model: ApiModel, shape: ApiShape, name: string, random: Random, pool: Pool): unknown {
  if (shape.sensitive && shape.type === 'string' && !SHOWN.has(name) && random.chance(0.5)) return `${SECRET_MARK}-${random.below(1000)}`;
  if (random.chance(0.85)) {
    const drawn = pool.draw(name, random);
    if (drawn !== undefined) return drawn;
  }
  const again = (inner: ApiShape, innerName: string) => makeValue(model, inner, innerName, random, pool);
  switch (shape.type) {
    case 'structure': {
      const { members = {}, required = [], union = false } = model.shapes[shape.ref!]!;
      const names = Object.keys(members);
      const only = union && names.length > 0 ? random.pick(names) : undefined;
      const chosen = names.filter((key) => (only === undefined ? required.includes(key) || random.chance(0.3) : key === only));
      // What is answered with 501 says little: it is sent now and then.
      const sent = chosen.filter((key) => refusedMember(model, shape.ref!, key) === undefined || random.chance(0.05));
      return Object.fromEntries(sent.map((key) => [key, again(members[key]!, key)]));
    }
    case 'list':
      return Array.from({ length: Math.max(shape.min ?? 0, random.below(3)) }, () => again(shape.member!, name));
    case 'map':
      return Object.fromEntries(
        Array.from({ length: random.below(3) }, (_, index) => [
          index === 0 ? 'team' : random.pick(stringsOf(shape.key ?? { type: 'string' })),
          again(shape.value!, 'value'),
        ]),
      );
    case 'number':
      return (shape.min ?? 1) + random.below(Math.min((shape.max ?? 100) - (shape.min ?? 1) + 1, 100));
    case 'boolean':
      return random.chance(0.5);
    case 'timestamp':
      return 1_700_000_000 + random.below(100_000_000);
    case 'blob':
      return random.bytes(random.below(60)).toString('base64');
    default:
      return shape.enum ? random.pick(shape.enum) : random.pick(stringsOf(shape));
  }
}
