// Finds which members of the SDK's types the source of the emulator reads by name, with the type checker: `input.name`, `input['name']`,
// `const { name } = input`, and the same on a type of the emulator's own that such a value is passed as. Writing a member, or copying an object
// with all that is in it, is no reading: that is how a member comes to be accepted without effect.
import { globSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SyntaxKind, type Node } from 'typescript/unstable/ast';
import type * as Is from 'typescript/unstable/ast';
import { API, SignatureKind, TypeFlags, type Checker, type Program, type Symbol as TypeSymbol, type Type } from 'typescript/unstable/sync';

const PACKAGE = fileURLToPath(new URL('../', import.meta.url));
/** Where inputs go. What is read elsewhere does not count, which keeps this quick. */
const SOURCE = 'src/{authorization,credentials,gateway,registry,services,sessions}/**/*.ts';
const SDK_FILE = /@aws-sdk\/client-([a-z-]+)\/dist-types\//;

/** `client:Shape.member`, with the SDK's name of the client: `secrets-manager:Tag.Key`. */
export type MemberName = `${string}:${string}.${string}`;

export interface ReadMembers {
  members: ReadonlySet<MemberName>;
  /** `folder:Operation.member` of handlers that have an input type of the emulator's own, such as those that users and groups share. */
  byOperation: ReadonlySet<MemberName>;
}

interface Places {
  /** `x.name` and `x['name']`: the name is what has a symbol. */
  names: Node[];
  /** `x[expression]`. */
  computed: Is.ElementAccessExpression[];
  /** `const { name } = x`. */
  bindings: { pattern: Node; name: string }[];
  /** Where a value gets another type: arguments, casts, initializers, results. */
  passed: Is.Expression[];
}

const MADE = new Set<SyntaxKind>([
  SyntaxKind.StringLiteral,
  SyntaxKind.NoSubstitutionTemplateLiteral,
  SyntaxKind.TemplateExpression,
  SyntaxKind.NumericLiteral,
  SyntaxKind.TrueKeyword,
  SyntaxKind.FalseKeyword,
  SyntaxKind.NullKeyword,
  SyntaxKind.ArrowFunction,
  SyntaxKind.FunctionExpression,
  SyntaxKind.ObjectLiteralExpression,
  SyntaxKind.ArrayLiteralExpression,
]);

/** Every member that is read, of every client that the emulator knows. */
export function readMembers(): ReadMembers {
  const api = new API({ cwd: PACKAGE });
  try {
    const [project] = api.updateSnapshot({ openProjects: [resolve(PACKAGE, 'tsconfig.build.json')] }).getProjects();
    return namesOf(project!.program, project!.checker);
  } finally {
    api.close();
  }
}

function namesOf(program: Program, checker: Checker): ReadMembers {
  const places = findPlaces(program);
  const types = createTypes(checker);
  const read = new Set<string>();
  const note = (keys: readonly string[] = []) => {
    for (const key of keys) read.add(key);
  };
  for (const symbol of checker.getSymbolAtLocation(places.names)) note(keysOf(symbol));
  const patterns = checker.getTypeAtLocation(places.bindings.map(({ pattern }) => pattern));
  for (const [index, type] of patterns.entries()) note(types.keys(type).get(places.bindings[index]!.name));
  for (const { expression, argumentExpression } of places.computed) {
    const type = checker.getTypeAtLocation(expression);
    for (const name of types.texts(checker.getTypeAtLocation(argumentExpression))) note(types.keys(type).get(name));
  }
  const passedAs = followTypes(places.passed, checker, types);
  const isRead = (key: string, seen: Set<string>): boolean => {
    if (read.has(key)) return true;
    if (seen.has(key)) return false;
    seen.add(key);
    return [...(passedAs.get(key) ?? [])].some((next) => isRead(next, seen));
  };
  const members = [...new Set([...read, ...passedAs.keys()])].filter((key) => key.startsWith('sdk '));
  return {
    members: new Set(members.filter((key) => isRead(key, new Set())).map((key) => key.slice('sdk '.length) as MemberName)),
    byOperation: new Set(
      findHandlers(program).flatMap(({ folder, operation, handler }) =>
        membersOfOwn(handler, checker, (keys) => keys.some((key) => isRead(key, new Set()))).map(
          (member): MemberName => `${folder}:${operation}.${member}`,
        ),
      ),
    ),
  };
}

interface Handler {
  folder: string;
  operation: string;
  handler: Is.Expression;
}

/** The handlers as each service registers them: `Operation: handler`. */
function findHandlers(program: Program): Handler[] {
  return globSync('src/services/*/index.ts', { cwd: PACKAGE }).flatMap((file) => {
    const found: Handler[] = [];
    const folder = basename(dirname(file));
    const visit = (node: Node): undefined => {
      if (node.kind === SyntaxKind.PropertyAssignment) {
        const { name, initializer } = node as Is.PropertyAssignment;
        found.push({ folder, operation: (name as Is.Identifier).text, handler: initializer });
      }
      node.forEachChild(visit);
      return undefined;
    };
    visit(program.getSourceFile(resolve(PACKAGE, file))!);
    return found;
  });
}

/**
 * What a handler takes whose input type is written by hand: such a type names only what is taken. A member that has a declaration has to be read as
 * any other; one that has none comes from a type that is made for several names, and is read by a name that only its caller knows.
 */
function membersOfOwn(handler: Is.Expression, checker: Checker, isRead: (keys: readonly string[]) => boolean): string[] {
  const operation = checker.getTypeAtLocation(handler);
  const handle = operation && checker.getPropertyOfType(operation, 'handle');
  const type = handle && checker.getTypeOfSymbol(handle);
  const input = type && checker.getSignaturesOfType(type, SignatureKind.Call)[0]?.getParameters()[0];
  const inputType = input && checker.getTypeOfSymbol(input);
  const properties = inputType ? checker.getPropertiesOfType(inputType) : [];
  const keys = properties.map((property) => keysOf(property));
  if (keys.some((all) => all.some((key) => key.startsWith('sdk ')))) return [];
  return properties.filter((_, index) => keys[index]!.length === 0 || isRead(keys[index]!)).map(({ name }) => name);
}

/** The places in the source where something may be read. What tests read does not count. */
function findPlaces(program: Program): Places {
  const places: Places = { names: [], computed: [], bindings: [], passed: [] };
  for (const file of globSync(SOURCE, { cwd: PACKAGE })) {
    const source = program.getSourceFile(resolve(PACKAGE, file));
    if (source) visit(source);
  }
  return places;

  /** Values that are made on the spot are nobody's input. */
  function pass(...expressions: (Is.Expression | undefined)[]): void {
    for (const expression of expressions) if (expression && !MADE.has(expression.kind)) places.passed.push(expression);
  }

  function visit(node: Node): void {
    look(node);
    node.forEachChild((child) => {
      visit(child);
      return undefined;
    });
  }

  function look(node: Node): void {
    switch (node.kind) {
      case SyntaxKind.PropertyAccessExpression:
        return void places.names.push((node as Is.PropertyAccessExpression).name);
      case SyntaxKind.ElementAccessExpression:
        return void places.computed.push(node as Is.ElementAccessExpression);
      case SyntaxKind.BindingElement:
        return lookAtBinding(node as Is.BindingElement);
      case SyntaxKind.CallExpression:
        return pass(...(node as Is.CallExpression).arguments);
      case SyntaxKind.AsExpression:
        return pass((node as Is.AsExpression).expression);
      case SyntaxKind.PropertyAssignment:
        return pass((node as Is.PropertyAssignment).initializer);
      case SyntaxKind.ReturnStatement:
        return pass((node as Is.ReturnStatement).expression);
      case SyntaxKind.ArrowFunction: {
        const { body } = node as Is.ArrowFunction;
        return body.kind === SyntaxKind.Block ? undefined : pass(body as Is.Expression);
      }
      case SyntaxKind.VariableDeclaration:
        return pass((node as Is.VariableDeclaration).initializer);
    }
  }

  function lookAtBinding(element: Is.BindingElement): void {
    const pattern = element.parent!;
    if (pattern.kind !== SyntaxKind.ObjectBindingPattern || element.dotDotDotToken) return;
    const name = element.propertyName ?? element.name;
    if (name?.kind === SyntaxKind.Identifier || name?.kind === SyntaxKind.StringLiteral)
      places.bindings.push({ pattern, name: (name as Is.Identifier | Is.StringLiteral).text });
  }
}

/** Questions to the checker are messages to another process: each is asked once for a type. */
function createTypes(checker: Checker) {
  const known = new Map<number, ReadonlyMap<string, readonly string[]>>();
  /** The properties of a type by name: what each is known by. Of a union those that all of it has. */
  const keys = (type: Type | undefined): ReadonlyMap<string, readonly string[]> => {
    if (!type || !(type.flags & (TypeFlags.Object | TypeFlags.UnionOrIntersection))) return NONE;
    const before = known.get(type.id);
    if (before) return before;
    const found = new Map<string, readonly string[]>();
    known.set(type.id, found);
    const present = type.flags & TypeFlags.Union ? (checker.getNonNullableType(type) ?? type) : type;
    for (const property of checker.getPropertiesOfType(present)) {
      const own = keysOf(property);
      if (own.length > 0) found.set(property.name, own);
    }
    return found;
  };
  return {
    keys,
    /** The literal texts that a type consists of. */
    texts(type: Type | undefined): string[] {
      if (!type) return [];
      const parts = type.isUnionType() ? type.getTypes() : [type];
      return parts.flatMap((part) => (part.isStringLiteralType() ? [part.value] : []));
    },
  };
}

const NONE: ReadonlyMap<string, readonly string[]> = new Map();

/** From each property to those that it is read as, where its object is passed as another type. */
function followTypes(passed: readonly Is.Expression[], checker: Checker, types: ReturnType<typeof createTypes>): Map<string, Set<string>> {
  const passedAs = new Map<string, Set<string>>();
  const actual = checker.getTypeAtLocation(passed);
  for (const [index, expression] of passed.entries()) {
    const from = actual[index];
    if (from && expression.kind === SyntaxKind.Identifier && isFunction(from)) followFunction(from, expression);
    else if (types.keys(from).size > 0) link(from, expectedType(expression, checker));
  }
  return passedAs;

  function link(from: Type | undefined, to: Type | undefined): void {
    if (!from || !to || from.id === to.id) return;
    for (const [name, keys] of types.keys(from))
      for (const key of keys) for (const next of types.keys(to).get(name) ?? []) if (next !== key) add(key, next);
  }

  /** A function for an operation may take less than the operation's input: what it is given is read as that. */
  function followFunction(type: Type, expression: Is.Expression): void {
    const expected = checker.getContextualType(expression);
    if (!expected) return;
    const given = parameterTypes(expected);
    for (const [index, parameter] of parameterTypes(type).entries()) link(given[index], parameter);
  }

  function isFunction(type: Type): boolean {
    return (type.flags & TypeFlags.Object) !== 0 && checker.getSignaturesOfType(type, SignatureKind.Call).length > 0;
  }

  function parameterTypes(type: Type): (Type | undefined)[] {
    const [signature] = checker.getSignaturesOfType(checker.getNonNullableType(type) ?? type, SignatureKind.Call);
    return (signature?.getParameters() ?? []).map((parameter) => checker.getTypeOfSymbol(parameter));
  }

  function add(key: string, next: string): void {
    const known = passedAs.get(key);
    if (known) known.add(next);
    else passedAs.set(key, new Set([next]));
  }
}

function expectedType(expression: Is.Expression, checker: Checker): Type | undefined {
  const { parent } = expression;
  if (parent?.kind === SyntaxKind.AsExpression) return checker.getTypeFromTypeNode((parent as Is.AsExpression).type);
  return checker.getContextualType(expression);
}

/** What a property is known by: as a member of the SDK, or by its place in the source of the emulator. */
function keysOf(property: TypeSymbol | undefined): string[] {
  return (property?.declarations ?? []).flatMap((declaration) => {
    const client = SDK_FILE.exec(declaration.path)?.[1];
    if (client === undefined) return declaration.path.includes('/emulator/src/') ? [`own ${declaration.path}:${declaration.index}`] : [];
    const node = declaration.resolve();
    const name = node && (node as { name?: Node }).name;
    const shape = node && shapeName(node);
    return name?.kind === SyntaxKind.Identifier && shape ? [`sdk ${client}:${shape}.${(name as Is.Identifier).text}`] : [];
  });
}

/** A member of a union is declared in an interface of its own, inside of a namespace with the name of the shape. */
function shapeName(node: Node): string | undefined {
  for (let parent = node.parent; parent; parent = parent.parent) {
    // `payload` takes more in a command's input than in the shape.
    if (parent.kind === SyntaxKind.TypeAliasDeclaration)
      return (parent as Is.TypeAliasDeclaration).name.text.replace(/CommandInputType$/, 'Request');
    if (parent.kind === SyntaxKind.ModuleDeclaration) return ((parent as Is.ModuleDeclaration).name as Is.Identifier).text;
    if (parent.kind !== SyntaxKind.InterfaceDeclaration) continue;
    const around = parent.parent?.parent;
    if (around?.kind !== SyntaxKind.ModuleDeclaration) return (parent as Is.InterfaceDeclaration).name.text;
  }
  return undefined;
}
