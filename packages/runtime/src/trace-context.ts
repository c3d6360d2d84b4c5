import type { IncomingHttpHeaders } from 'node:http';

// The part of the OpenTelemetry API's registry that is used here. The API keeps what an SDK registered under this global symbol, for all
// copies of itself in a process: reading it needs no import, so nothing is loaded where OpenTelemetry is absent, and it is found in a bundle.
interface OpenTelemetryContext {
  getValue(key: symbol): unknown;
}
interface CarrierGetter {
  keys(carrier: IncomingHttpHeaders): string[];
  get(carrier: IncomingHttpHeaders, name: string): string | string[] | undefined;
}
interface OpenTelemetryApi {
  context?: { active(): OpenTelemetryContext; with<T>(context: OpenTelemetryContext, fn: () => T): T };
  propagation?: { extract(context: OpenTelemetryContext, carrier: IncomingHttpHeaders, getter: CarrierGetter): OpenTelemetryContext };
}

const registry = Symbol.for('opentelemetry.js.api.1');
const spanKey = Symbol.for('OpenTelemetry Context Key SPAN');

const getter: CarrierGetter = {
  keys: (carrier) => Object.keys(carrier),
  get: (carrier, name) => carrier[name.toLowerCase()],
};

/** Runs `fn` in the trace that the request's headers name, where an OpenTelemetry SDK is registered, and just runs it where none is. */
export function withTraceContext<T>(headers: IncomingHttpHeaders, fn: () => T): T {
  const { context, propagation } = (globalThis as { [registry]?: OpenTelemetryApi })[registry] ?? {};
  if (context === undefined || propagation === undefined) return fn();
  const active = context.active();
  if (active.getValue(spanKey) !== undefined) return fn(); // an HTTP instrumentation was here first
  return context.with(propagation.extract(active, headers, getter), fn);
}
