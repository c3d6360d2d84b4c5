/** Seeds that once found a fault. Every run tries them again. */
export const REGRESSION_SEEDS = [
  // InvokeAgentRuntimeCommand answered RetryableConflictException, which the constraints did not list and the SDK does.
  501_369, 75_420,
];
