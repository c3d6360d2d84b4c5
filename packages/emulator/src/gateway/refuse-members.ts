import type { ApiModel, ApiShape } from '../api/model.ts';
import { AwsError } from './aws-error.ts';
import type { FoundOperation } from './find-operation.ts';
import { REFUSED_MEMBERS, type RefusedMember } from './refused-members.ts';

/** Throws a 501 that names the first member of an input that the emulator does not implement. */
export type RefuseMembers = (found: FoundOperation, input: Record<string, unknown>) => void;

export function createRefuseMembers(models: readonly ApiModel[]): RefuseMembers {
  const reaching = new Map(models.map((model) => [model.service, shapesThatReachOne(model)]));
  return ({ model, name, operation }, input) => {
    const path = findRefused(model, reaching.get(model.service)!, { type: 'structure', ref: operation.input! }, input, '');
    if (path)
      throw new AwsError(
        'NotImplemented',
        501,
        `${model.service}:${name}: the parameter '${path.name}' is not implemented by this emulator: ${path.why}. Leave it out.`,
      );
  };
}

/** Whether a member of a structure is refused, and why. Constraints have a shape of their own, with an ending that the list does not have. */
export function refusedMember(model: ApiModel, shapeName: string, member: string): RefusedMember | undefined {
  return REFUSED_MEMBERS[model.service]?.[`${shapeName.replace(/:in$/, '')}.${member}`];
}

function findRefused(
  model: ApiModel,
  reaching: ReadonlySet<string>,
  shape: ApiShape,
  value: unknown,
  path: string,
): { name: string; why: string } | undefined {
  if (shape.type === 'list' || shape.type === 'map') {
    const inner = (shape.member ?? shape.value)!;
    if (innermost(inner).ref === undefined) return undefined;
    for (const item of Object.values(value as object)) {
      const found = findRefused(model, reaching, inner, item, path);
      if (found) return found;
    }
    return undefined;
  }
  if (shape.ref === undefined || !reaching.has(shape.ref)) return undefined;
  for (const [name, member] of Object.entries(model.shapes[shape.ref]!.members!)) {
    const given = (value as Record<string, unknown>)[name];
    if (given === undefined) continue;
    const at = path === '' ? name : `${path}.${name}`;
    const refused = refusedMember(model, shape.ref, name);
    if (refused && !asksForNothing(given, refused)) return { name: at, why: refused.why };
    const found = findRefused(model, reaching, member, given, at);
    if (found) return found;
  }
  return undefined;
}

function asksForNothing(value: unknown, refused: RefusedMember): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return refused.default !== undefined && value === refused.default;
}

/** The structures that hold a refused member, however deep: no other needs a look at each request. */
function shapesThatReachOne(model: ApiModel): Set<string> {
  const reaching = new Set<string>();
  const listed = Object.keys(REFUSED_MEMBERS[model.service] ?? {}).map((name) => name.slice(0, name.indexOf('.')));
  for (const name of listed) for (const key of [name, `${name}:in`]) if (model.shapes[key]) reaching.add(key);
  for (let before = -1; before !== reaching.size;) {
    before = reaching.size;
    for (const [name, { members = {} }] of Object.entries(model.shapes))
      if (Object.values(members).some((member) => reaching.has(innermost(member).ref ?? ''))) reaching.add(name);
  }
  return reaching;
}

/** What the lists and maps of a shape hold in the end. */
export function innermost(shape: ApiShape): ApiShape {
  const inner = shape.member ?? shape.value;
  return inner ? innermost(inner) : shape;
}
