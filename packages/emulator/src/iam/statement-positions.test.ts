import { expect, test } from 'vitest';
import { compilePolicy } from './compile-policy.ts';
import { statementPositions } from './statement-positions.ts';

const one = {
  Sid: 'Statement',
  Effect: 'Allow',
  Action: ['s3:GetObject'],
  Resource: '*',
  Condition: { StringEquals: { 'aws:x': ['}', '{"', 'Statement'] } },
};
const two = { Effect: 'Deny', Action: 's3:*', Resource: 'arn:aws:s3:::b/"{', Condition: { Null: { 'aws:x': 'true' } } };

/**
 * The text of a statement, cut out in another way than its place was found. The place begins behind the bracket that opens `Statement`'s value, or
 * behind the statement before.
 */
function between(text: string, { start, end }: ReturnType<typeof statementPositions>[number]): string {
  const all = text.split('\n');
  const opening = all[start.line - 1]![start.column - 2]!;
  const lines = all.slice(start.line - 1, end.line);
  const last = lines.length - 1;
  lines[last] = lines[last]!.slice(0, end.column - 1);
  lines[0] = lines[0]!.slice(start.column - 1);
  return (opening === '{' ? '{' : '') + lines.join('\n').replace(/^\s*,/, '');
}

test.each([
  ['a list', { Version: '2012-10-17', Statement: [one, two] }, [one, two]],
  ['one statement', { Version: '2012-10-17', Id: 'Statement', Statement: two }, [two]],
  ['an element behind it', { Statement: [two], Version: '2012-10-17' }, [two]],
  ['none', { Version: '2012-10-17', Statement: [] }, []],
])('each statement of a policy is found where it is: %s', (_, policy, statements) => {
  for (const indent of [undefined, 2, '\t']) {
    const text = JSON.stringify(policy, null, indent);
    expect(() => compilePolicy(text, 'identity')).not.toThrow();
    expect(statementPositions(text).map((position) => JSON.parse(between(text, position)) as unknown)).toEqual(statements);
  }
});

// Recorded of one statement that is no list; of a list, an example in the help of the aws CLI.
test('lines and columns count from 1, the start behind the bracket, the end behind the last character', () => {
  expect(statementPositions('{"Statement":\n  {"Effect":"Allow","Action":"*","Resource":"*"}}')).toEqual([
    { start: { line: 2, column: 4 }, end: { line: 2, column: 49 } },
  ]);
  const list = JSON.stringify({ Version: '2012-10-17', Statement: [two] }, null, 4);
  expect(statementPositions(list)[0]!.start).toEqual({ line: 3, column: 19 });
});
