import { nearest } from '../util/nearest.ts';

/**
 * What is wrong with a value, in words that begin with the path to it. Types say the same at compile time, but a description may come from JSON or
 * plain JavaScript. No message holds a value unless the check says what the value may be: one of `env` may be private.
 */
export type Shape = (path: string, value: unknown) => Iterable<string>;

export const text: Shape = function* (path, value) {
  if (typeof value !== 'string')
    yield `${path} is ${kindOf(value)}, expected a string${typeof value === 'number' ? ': put it in quotes' : ''}`;
};

export const textOrUrl: Shape = function* (path, value) {
  if (typeof value !== 'string' && !(value instanceof URL)) yield `${path} is ${kindOf(value)}, expected a path or a URL`;
};

export const integer: Shape = function* (path, value) {
  if (!Number.isInteger(value)) yield `${path} is ${typeof value === 'number' ? value : kindOf(value)}, expected a whole number`;
};

export const flag: Shape = function* (path, value) {
  if (typeof value !== 'boolean') yield `${path} is ${kindOf(value)}, expected true or false`;
};

export function oneOf(...allowed: readonly string[]): Shape {
  return function* (path, value) {
    if (typeof value === 'string' && allowed.includes(value)) return;
    const expected = allowed.map((word) => `'${word}'`).join(' or ');
    yield `${path} is ${typeof value === 'string' ? JSON.stringify(value) : kindOf(value)}, expected ${expected}`;
  };
}

/** A list. `hint` is for who put something else there. */
export function listOf(item: Shape, hint = 'a list'): Shape {
  return function* (path, value) {
    if (!Array.isArray(value)) yield `${path} is ${kindOf(value)}, expected ${hint}`;
    else for (const [index, each] of value.entries()) yield* item(`${path}[${index}]`, each);
  };
}

/** An object with any keys. */
export function recordOf(item: Shape): Shape {
  return function* (path, value) {
    if (!isObject(value)) yield `${path} is ${kindOf(value)}, expected an object`;
    else for (const [key, each] of Object.entries(value)) yield* item(`${path}.${key}`, each);
  };
}

/** An object with these keys and no others. A key whose value is undefined is one that is left out. */
export function object(shapes: Readonly<Record<string, Shape>>, required: readonly string[] = []): Shape {
  const keys = Object.keys(shapes);
  return function* (path, value) {
    if (!isObject(value)) {
      yield `${path} is ${kindOf(value)}, expected an object with ${keys.join(', ')}`;
      return;
    }
    const within = (key: string): string => (path === '' ? key : `${path}.${key}`);
    for (const key of required) if (value[key] === undefined) yield `${within(key)} is missing`;
    for (const [key, each] of Object.entries(value)) {
      if (each === undefined) continue;
      const shape = Object.hasOwn(shapes, key) ? shapes[key] : undefined;
      if (shape !== undefined) yield* shape(within(key), each);
      else yield `${within(key)} is unknown: ${suggestion(key, keys)}`;
    }
  };
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function suggestion(key: string, keys: readonly string[]): string {
  const meant = nearest(key, keys);
  return meant === undefined ? `expected ${keys.join(', ')}` : `did you mean ${meant}?`;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`;
}
