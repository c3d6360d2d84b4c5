/** The commands beside running steps, each loaded when it is asked for. */
export const COMMANDS: Readonly<Record<string, () => Promise<(argv: readonly string[]) => Promise<number>>>> = {
  check: async () => (await import('./check.ts')).check,
  doctor: async () => (await import('./doctor.ts')).doctor,
  hints: async () => (await import('./hints.ts')).hints,
  reset: async () => (await import('./reset.ts')).reset,
  sweep: async () => (await import('./sweep.ts')).sweep,
  status: async () => (await import('./status.ts')).status,
};
