import { expect, test } from 'vitest';
import { createResponseStore } from './response-store.ts';

test('the oldest responses give way when the store is full, and the others stay', () => {
  const store = createResponseStore(3000);
  for (const id of ['resp_1', 'resp_2', 'resp_3']) store.put('owner', { id, text: 'x'.repeat(1200) }, []);
  expect(() => store.get('owner', 'resp_1')).toThrow("Response with id 'resp_1' not found.");
  expect(store.get('owner', 'resp_2')).toMatchObject({ id: 'resp_2' });
  store.delete('owner', 'resp_2');
  store.put('owner', { id: 'resp_4', text: 'x'.repeat(1200) }, []);
  expect(store.get('owner', 'resp_3')).toMatchObject({ id: 'resp_3' });
});

test('another owner finds, continues and deletes nothing', () => {
  const store = createResponseStore(3000);
  store.put('owner', { id: 'resp_1' }, [{ kind: 'user', text: 'Hi' }]);
  expect(() => store.get('other', 'resp_1')).toThrow('not found');
  expect(() => store.conversation('other', 'resp_1')).toThrow('not found');
  expect(() => store.delete('other', 'resp_1')).toThrow('not found');
  expect(store.conversation('owner', 'resp_1')).toEqual([{ kind: 'user', text: 'Hi' }]);
});
