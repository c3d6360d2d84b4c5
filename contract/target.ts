/** Which AWS the contract is held against, and the run that does it. */
export interface ContractTarget {
  name: 'emulator' | 'aws';
  region: string;
  accountId: string;
  /** Part of the name of everything that this run makes, and the value of its tag. */
  runId: string;
  /** What runs in a runtime; without it the tests that need one are skipped. On the emulator they make their own. */
  image?: string;
  /** Where each file puts what it was answered, and the key of this run's placeholders; see record/mask.ts. */
  recording?: { directory: string; key: string };
  /** For the emulator. For AWS the SDK finds them itself. */
  connection?: { endpoint: string; credentials: { accessKeyId: string; secretAccessKey: string } };
}

/** On everything that can be tagged. Nothing without it is changed or deleted. */
export const RUN_TAG = 'agentcore-tutorials:run';

declare module 'vitest' {
  export interface ProvidedContext {
    contract: ContractTarget;
  }
}
