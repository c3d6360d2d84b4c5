import type { RecordedCall, Recording } from './recording.ts';

/**
 * Holds what was replayed to a recording: names and messages of errors, members, formats and order. Values of the same format are the same. Answers one
 * line for each difference.
 */
export function compareRecordings(recorded: Recording, replayed: Recording): string[] {
  const here = settle(replayed.calls);
  const differences = settle(recorded.calls).flatMap((call) => {
    const alike = here.filter((other) => keyOf(other) === keyOf(call));
    const others = alike.length > 0 ? alike : here.filter((other) => whoAndWhat(other) === whoAndWhat(call));
    const where = `${call.operation}${call.test === '' ? '' : ` in '${call.test}'`}`;
    if (others.length === 0) return [`${where}: was recorded, but nobody called it here`];
    const isOwn = namesIn(recorded.calls.filter(({ test }) => test === call.test));
    const found = others.map((other) => compareAnswers(call, other, isOwn));
    return found.reduce((least, one) => (one.length < least.length ? one : least)).map((difference) => `${where}: ${difference}`);
  });
  return [...new Set(differences)];
}

/** Of calls that were repeated until they were answered as wanted, the last one. */
function settle(calls: readonly RecordedCall[]): RecordedCall[] {
  return calls.filter((call, index) => calls[index + 1] === undefined || keyOf(calls[index + 1]!) !== keyOf(call));
}

const whoAndWhat = ({ test, operation, caller }: RecordedCall): string => JSON.stringify([test, operation, caller]);
const keyOf = (call: RecordedCall): string => `${whoAndWhat(call)} ${alike(JSON.stringify(call.input))}`;

/** Without the numbers of placeholders, which depend on how many there were before. */
const alike = (text: string): string => text.replace(/<(\w+)-\d+>/g, '<$1>');

/** Whether a test made what has a name: other tests, which run beside it, are in its lists as well. */
function namesIn(calls: readonly RecordedCall[]): (name: string) => boolean {
  const inputs = JSON.stringify(calls.map(({ input }) => input));
  return (name) => inputs.includes(/ct[-_]<run>[-_][\w-]+/.exec(name)?.[0].replace(/-$/, '') ?? name);
}

type IsOwn = (name: string) => boolean;

function compareAnswers(recorded: RecordedCall, here: RecordedCall, isOwn: IsOwn): string[] {
  if (recorded.error === undefined && here.error === undefined) return compareShapes('response', recorded.response, here.response, isOwn);
  if (recorded.error === undefined) return [`succeeded in the recording, ${here.error!.name} here: ${here.error!.message}`];
  if (here.error === undefined) return [`${recorded.error.name} in the recording (${recorded.error.message}), succeeded here`];
  return [
    ...differ('the name of the error', recorded.error.name, here.error.name),
    ...differ('the status', String(recorded.status), String(here.status)),
    ...differ('the message', alike(recorded.error.message), alike(here.error.message)),
    ...compareShapes('error', recorded.error.members, here.error.members, isOwn),
  ];
}

const differ = (what: string, recorded: string, here: string): string[] =>
  recorded === here ? [] : [`${what} is '${recorded}' in the recording, '${here}' here`];

function compareShapes(path: string, recorded: unknown, here: unknown, isOwn: IsOwn): string[] {
  if (kindOf(recorded) !== kindOf(here)) return [`${path} is ${kindOf(recorded)} in the recording, ${kindOf(here)} here`];
  if (Array.isArray(recorded)) return compareLists(path, recorded, here as unknown[], isOwn);
  if (typeof recorded === 'object' && recorded !== null) return compareMembers(path, entriesOf(recorded), entriesOf(here as object), isOwn);
  if (typeof recorded !== 'string') return [];
  return formatOf(recorded) === formatOf(here as string)
    ? []
    : [`${path} looks like '${alike(recorded)}' in the recording, like '${alike(here as string)}' here`];
}

function compareMembers(path: string, recorded: ReadonlyMap<string, unknown>, here: ReadonlyMap<string, unknown>, isOwn: IsOwn): string[] {
  return [
    ...[...recorded.keys()].filter((name) => !here.has(name)).map((name) => `${path}.${name} is in the recording, but not here`),
    ...[...here.keys()].filter((name) => !recorded.has(name)).map((name) => `${path}.${name} is here, but not in the recording`),
    ...[...recorded]
      .filter(([name]) => here.has(name))
      .flatMap(([name, value]) => compareShapes(`${path}.${name}`, value, here.get(name), isOwn)),
  ];
}

/** Lists by the names of their items, as far as the run made them: what else is in an account says nothing, nor how much of it there is. */
function compareLists(path: string, recorded: readonly unknown[], here: readonly unknown[], isOwn: IsOwn): string[] {
  const [theirs, ours] = [namedItems(recorded), namedItems(here)];
  if (theirs.size === 0 || ours.size === 0) {
    if (JSON.stringify([recorded, here]).includes('<text>')) return [];
    const lengths = recorded.length === here.length ? [] : [`${path} has ${recorded.length} items in the recording, ${here.length} here`];
    return [...lengths, ...recorded.slice(0, here.length).flatMap((item, index) => compareShapes(`${path}[]`, item, here[index], isOwn))];
  }
  const common = [...theirs.keys()].filter((name) => ours.has(name));
  const order = [...ours.keys()].filter((name) => theirs.has(name));
  return [
    ...[...theirs.keys()]
      .filter((name) => isOwn(name) && !ours.has(name))
      .map((name) => `${path} has ${name} in the recording, but not here`),
    ...(common.join() === order.join() ? [] : [`${path} is in the order ${common.join(', ')} in the recording, ${order.join(', ')} here`]),
    ...common.flatMap((name) => compareShapes(`${path}[]`, theirs.get(name), ours.get(name), isOwn)),
  ];
}

function namedItems(items: readonly unknown[]): ReadonlyMap<string, unknown> {
  return new Map(items.flatMap((item) => (nameOf(item) === undefined ? [] : [[nameOf(item)!, item] as const])));
}

/** The first text of an item that has the run's id in it: a name, or an ARN. */
function nameOf(item: unknown): string | undefined {
  if (typeof item === 'string') return item.includes('<run>') ? alike(item) : undefined;
  if (typeof item !== 'object' || item === null) return undefined;
  return Object.values(item)
    .map((value) => nameOf(value))
    .find((name) => name !== undefined);
}

const entriesOf = (value: object): ReadonlyMap<string, unknown> => new Map(Object.entries(value).map(([key, item]) => [alike(key), item]));

function kindOf(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'a structure' : `a ${typeof value}`;
}

/** Words are words; anything with signs or placeholders in it stands for itself. */
const formatOf = (text: string): string => (/^[\w .-]+$/.test(text) ? 'words' : alike(text));
