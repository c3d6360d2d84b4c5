import { IdentityError } from './errors.ts';

/** The first argument of a function that takes a credential by name: `{ apiKey: string }`. */
export type Needs<Into extends string> = { [Name in Into]: string };

/** What the callers of an injected function pass: its first argument without the credential, and nothing at all where nothing is left. */
export type CallerArguments<Arguments extends object, Into extends string, Rest extends unknown[]> =
  // Where every remaining property is optional, `{}` fits, and so does leaving the argument out.
  {} extends Omit<Arguments, Into> ? [args?: Omit<Arguments, Into>, ...rest: Rest] : [args: Omit<Arguments, Into>, ...rest: Rest];

/** What an injected function answers: an async generator stays one, all else becomes a promise. */
export type InjectedResult<Result> =
  Result extends AsyncGenerator<infer Value, infer Return, infer Next> ? AsyncGenerator<Value, Return, Next> : Promise<Awaited<Result>>;

/** A function whose callers no longer pass the credential. */
export type Injected<This, Arguments extends object, Into extends string, Rest extends unknown[], Result> = (
  this: This,
  ...args: CallerArguments<Arguments, Into, Rest>
) => InjectedResult<Result>;

/** A standard (TC39) decorator of a method that takes the credential as an optional property of its first argument. */
export type InjectingDecorator<Into extends string> = <
  This,
  Arguments extends { [Name in Into]?: string },
  Rest extends unknown[],
  Result extends Promise<unknown> | AsyncGenerator,
>(
  method: (this: This, args: Arguments, ...rest: Rest) => Result,
  context: ClassMethodDecoratorContext<This, (this: This, args: Arguments, ...rest: Rest) => Result>,
) => (this: This, args: Arguments, ...rest: Rest) => Result;

type AnyFunction = (this: unknown, args: object, ...rest: unknown[]) => unknown;

/**
 * Wraps `fn` so that each call first gets a credential and puts it into the first argument, under the name `into`.
 *
 * The caller's object is not changed. What it already has under that name is replaced: a credential comes from its provider and from nowhere else.
 */
export function inject(into: string, getCredential: () => Promise<string>, fn: AnyFunction): AnyFunction {
  if (typeof fn !== 'function') throw new IdentityError('INVALID_ARGUMENT', 'A function was expected to inject the credential into.');
  const withCredential = async (args: unknown): Promise<object> => {
    if (args !== undefined && (typeof args !== 'object' || args === null)) {
      throw new IdentityError('INVALID_ARGUMENT', `The first argument must be an object: the credential becomes its property '${into}'.`);
    }
    return { ...args, [into]: await getCredential() };
  };
  if (Object.prototype.toString.call(fn) === '[object AsyncGeneratorFunction]') {
    return async function* (this: unknown, args: object, ...rest: unknown[]) {
      const injected = await withCredential(args);
      return yield* fn.call(this, injected, ...rest) as AsyncGenerator;
    };
  }
  return async function (this: unknown, args: object, ...rest: unknown[]) {
    const injected = await withCredential(args);
    return fn.call(this, injected, ...rest);
  };
}

/** The decorator's side of {@link inject}. */
export function injectingDecorator(into: string, getCredential: () => Promise<string>): InjectingDecorator<string> {
  const decorate = (method: AnyFunction, context: ClassMethodDecoratorContext | undefined): AnyFunction => {
    if (context?.kind === 'method') return inject(into, getCredential, method);
    throw new IdentityError(
      'INVALID_ARGUMENT',
      'This decorator is for methods, as the standard (TC39) defines them. Where TypeScript compiles with "experimentalDecorators", switch that off.',
    );
  };
  return decorate as unknown as InjectingDecorator<string>;
}

/**
 * The default value of a parameter that a decorator fills in, so that callers may leave it out and the body has a `string`:
 * `async list({ accessToken = injected(), query }: { accessToken?: string; query: string })`.
 *
 * @throws IdentityError INVALID_ARGUMENT where the method has no decorator, or one that injects another name
 */
export function injected(): never {
  throw new IdentityError(
    'INVALID_ARGUMENT',
    'A credential was not injected. Does the method have its decorator, and is `into` the name of the parameter?',
  );
}
