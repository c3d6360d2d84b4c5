import {
  CreateRepositoryCommand,
  DeleteLifecyclePolicyCommand,
  DescribeRegistryCommand,
  DescribeRepositoriesCommand,
  GetLifecyclePolicyCommand,
  PutImageScanningConfigurationCommand,
  PutImageTagMutabilityCommand,
  PutLifecyclePolicyCommand,
} from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../start-emulator.ts';
import { clientsOf, failureOf } from '../../test/clients.ts';

let emulator: Emulator;
let ecr: ReturnType<typeof clientsOf>['ecr'];
const repositoryName = 'settings';

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true });
  ({ ecr } = clientsOf(emulator));
  await ecr.send(new CreateRepositoryCommand({ repositoryName }));
});
afterAll(() => emulator.stop());

const described = async () => (await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] }))).repositories![0]!;

test('a lifecycle policy is read back, and gone once deleted', async () => {
  const get = () => ecr.send(new GetLifecyclePolicyCommand({ repositoryName }));
  const missing = { name: 'LifecyclePolicyNotFoundException' };
  expect(await failureOf(get())).toMatchObject(missing);
  const selection = { tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: 3 };
  const lifecyclePolicyText = JSON.stringify({ rules: [{ rulePriority: 1, selection, action: { type: 'expire' } }] });
  await ecr.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText }));
  expect((await get()).lifecyclePolicyText).toBe(lifecyclePolicyText);
  expect((await ecr.send(new DeleteLifecyclePolicyCommand({ repositoryName }))).lifecyclePolicyText).toBe(lifecyclePolicyText);
  expect(await failureOf(get())).toMatchObject(missing);
  expect(await failureOf(ecr.send(new DeleteLifecyclePolicyCommand({ repositoryName })))).toMatchObject(missing);
});

test('mutability and scanning are changed, with filters only where they belong', async () => {
  const put = (input: Pick<PutImageTagMutabilityCommand['input'], 'imageTagMutability' | 'imageTagMutabilityExclusionFilters'>) =>
    ecr.send(new PutImageTagMutabilityCommand({ repositoryName, ...input }));
  const filters = [{ filterType: 'WILDCARD' as const, filter: 'dev-*' }];
  await put({ imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION', imageTagMutabilityExclusionFilters: filters });
  expect(await described()).toMatchObject({
    imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
    imageTagMutabilityExclusionFilters: filters,
  });
  expect(await failureOf(put({ imageTagMutability: 'IMMUTABLE', imageTagMutabilityExclusionFilters: filters }))).toMatchObject({
    name: 'InvalidParameterException',
  });
  await put({ imageTagMutability: 'IMMUTABLE' });
  expect((await described()).imageTagMutabilityExclusionFilters).toBeUndefined();
  const imageScanningConfiguration = { scanOnPush: true };
  await ecr.send(new PutImageScanningConfigurationCommand({ repositoryName, imageScanningConfiguration }));
  expect(await described()).toMatchObject({ imageTagMutability: 'IMMUTABLE', imageScanningConfiguration });
  expect(await ecr.send(new DescribeRegistryCommand({}))).toMatchObject({ registryId: emulator.accountId });
});
