import { anything, assert, property } from 'fast-check';
import { expect, test } from 'vitest';
import { dataFrame, sse } from './sse-event.ts';

test('a named event has its fields in the order of the standard and its data as JSON', () => {
  expect(sse({ event: 'tool', id: '7', retry: 100, data: { a: 'x\ny' } }).frame).toBe(
    'event: tool\nid: 7\nretry: 100\ndata: {"a":"x\\ny"}\n\n',
  );
  expect(sse({ data: null }).frame).toBe('data: null\n\n');
});

test.each([{ event: 'a\nb' }, { event: 'a\rb' }, { id: 'a\nb' }, { id: '\0' }, { retry: 1.5 }, { retry: -1 }])(
  'what would break the frame is refused: %j',
  (field) => {
    expect(() => sse({ data: 1, ...field })).toThrow(expect.objectContaining({ code: 'INVALID_EVENT' }) as Error);
  },
);

test('the frame of any value is one data line', () => {
  assert(
    property(anything(), (value) => {
      expect(dataFrame(value)).toMatch(/^data: [^\r\n]*\n\n$/);
    }),
  );
});
