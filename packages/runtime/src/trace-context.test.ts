import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serve } from './test/serve.ts';
import { withTraceContext } from './trace-context.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const headers = { traceparent: `00-${traceId}-b7ad6b7169203331-01` };
const current = (): string | undefined => trace.getSpanContext(context.active())?.traceId;

test('without an SDK the function is just run', () => {
  expect(withTraceContext(headers, () => current() ?? 'none')).toBe('none');
});

describe('with an SDK', () => {
  beforeAll(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  });
  afterAll(() => {
    context.disable();
    propagation.disable();
  });

  test('the handler, its generator included, runs in the trace of the request', async () => {
    const { invoke } = await serve({
      async *handle() {
        yield current();
        await new Promise((resolve) => setImmediate(resolve));
        yield current();
      },
    });
    expect(await (await invoke({}, { headers })).text()).toBe(`data: "${traceId}"\n\n`.repeat(2));
    expect(await (await invoke({})).text()).toBe('data: null\n\n'.repeat(2));
  });

  test('a trace that an instrumentation has begun already is left alone', () => {
    const begun = { traceId: 'f'.repeat(32), spanId: 'a'.repeat(16), traceFlags: 1 };
    const active = trace.setSpanContext(context.active(), begun);
    expect(context.with(active, () => withTraceContext(headers, current))).toBe(begun.traceId);
  });
});
