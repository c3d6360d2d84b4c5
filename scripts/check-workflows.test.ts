import { expect, test } from 'vitest';
import { checkWorkflow } from './check-workflows.ts';

const GOOD = `
permissions: { contents: read }
concurrency: nightly
jobs:
  a:
    timeout-minutes: 5
    steps:
      - uses: actions/checkout@v5
      - uses: actions/setup-node@0123456789abcdef0123456789abcdef01234567
      - run: npm run contract
        env: { KEY: '\${{ secrets.KEY }}' }
      - run: .ci/run
      - uses: changesets/action@v1
        with: { publish: npm run contract }
  b:
    uses: ./.github/workflows/contract.yml
`;
const check = (text: string) => checkWorkflow(text, new Set(['contract']));

test('a workflow that states what it may do and runs our scripts passes', () => {
  expect(check(GOOD)).toEqual([]);
});

test.each([
  ['permissions: { contents: read }\n', '', 'states no permissions'],
  ['{ contents: read }', 'write-all', 'has permission to write everything'],
  ['concurrency: nightly\n', '', 'states no concurrency'],
  ['    timeout-minutes: 5\n', '', 'job a states no timeout-minutes'],
  ['checkout@v5', 'checkout@main', "job a: 'actions/checkout@main' is pinned neither to a major version nor to a commit"],
  ['checkout@v5', 'checkout', "job a: 'actions/checkout' is pinned neither to a major version nor to a commit"],
  ['run: npm run contract', 'run: npm run unknown', "job a: 'npm run unknown' is not a script of package.json"],
  ['run: npm run contract', 'run: npm run contract && curl evil', "job a: 'npm run contract && curl evil' is not a script of package.json"],
  ['run: npm run contract', 'run: npm run contract # ${{ secrets.KEY }}', undefined],
  [
    'run: npm run contract',
    "run: 'echo ${{ secrets.KEY }}'",
    "job a: 'echo ${{ secrets.KEY }}' puts an expression into a shell: hand it over by env",
  ],
  ['publish: npm run contract', 'publish: npm publish', "job a: 'npm publish' is not a script of package.json"],
  ['./.github/workflows/contract.yml', 'someone/else/.github/workflows/x.yml@main', 'job b calls a workflow that is not ours'],
])('%s changed to %s', (from, to, finding) => {
  const text = GOOD.replace(from, to);
  expect(text).not.toBe(GOOD);
  // A comment of YAML is no part of the command.
  if (finding === undefined) expect(check(text)).toEqual([]);
  else expect(check(text)).toContain(finding);
});

test('what is no YAML is said to be none', () => {
  expect(check('a: [')).toEqual([expect.stringMatching(/^is no YAML: /)]);
});
