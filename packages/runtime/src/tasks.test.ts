import { expect, test } from 'vitest';
import { AsyncTasks } from './tasks.ts';

test('tasks are told by name and by how long they have been running', () => {
  const tasks = new AsyncTasks();
  const first = tasks.add('first', { rows: 1 });
  const second = tasks.add('second');
  expect(tasks.info()).toEqual({
    active_count: 2,
    running_jobs: [
      { name: 'first', duration: expect.any(Number) as number },
      { name: 'second', duration: expect.any(Number) as number },
    ],
  });
  expect(tasks.complete(first)).toBe(true);
  expect(tasks.complete(first)).toBe(false);
  expect(tasks.info().running_jobs.map(({ name }) => name)).toEqual(['second']);
  expect(second).not.toBe(first);
});

test('a tracked function keeps its this, its arguments, its result and its name', async () => {
  const tasks = new AsyncTasks();
  const counter = {
    by: 2,
    times: tasks.track(async function times(this: { by: number }, value: number): Promise<number> {
      expect(tasks.info()).toMatchObject({ active_count: 1, running_jobs: [{ name: 'times' }] });
      return value * this.by;
    }),
  };
  expect(counter.times.name).toBe('times');
  expect(await counter.times(21)).toBe(42);
  expect(tasks.size).toBe(0);
});

test('what is not declared async is refused, a function that returns a promise too', () => {
  const tasks = new AsyncTasks();
  expect(() => tasks.track(() => Promise.resolve(1))).toThrow(expect.objectContaining({ code: 'NOT_ASYNC' }) as Error);
});
