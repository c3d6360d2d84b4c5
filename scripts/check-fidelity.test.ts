import { expect, test } from 'vitest';
import { listFiles } from './list-files.ts';
import { fidelityPage, readExpectations } from './check-fidelity.ts';

const ABOUT = "about: ['iam:GetRole']";

test('reads what a test is about and what it rests on, without running it', () => {
  const { found, findings } = readExpectations(
    'a.test.ts',
    `test({ ${ABOUT}, source: believed("no (one) knows: it's so") })('title (with one)', async () => {});
     test({ ${ABOUT}, source: [reported('a/b', 1), apiReference('iam:GetRole')] }).each([['(']])('%s', async () => {});
     expect(pattern.test('x'));`,
  );
  expect(findings).toEqual([]);
  expect(found).toEqual([
    { about: ['iam:GetRole'], source: { kind: 'believed', reference: "no (one) knows: it's so" } },
    {
      about: ['iam:GetRole'],
      source: [
        { kind: 'reported', reference: 'https://github.com/a/b/issues/1' },
        { kind: 'documented', reference: 'https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html' },
      ],
    },
  ]);
});

test.each([
  ["import { expect, test } from 'vitest';", 'a.test.ts takes test from vitest'],
  [
    `test({ ${ABOUT}, source: elsewhere })('title', async () => {});`,
    'a.test.ts:1 names no source that can be read here (elsewhere is not defined)',
  ],
  [`test({ ${ABOUT}, source: believed('x'`, 'a.test.ts:1 names no source that can be read here (the call does not end)'],
])('finds what it cannot read: %s', (text, finding) => {
  expect(readExpectations('a.test.ts', text).findings).toEqual([expect.stringContaining(finding)]);
});

test('reads every test of the contract', async () => {
  const { text, findings } = await fidelityPage(await listFiles());
  expect(findings).toEqual([]);
  expect(text).toMatch(/\| GetResourceApiKey \|(?: \d* \|){4}/);
});
