/** The error that a call fails with; the test fails when the call does not. */
export async function failureOf(
  call: Promise<unknown>,
): Promise<{ name: string; message: string; $metadata?: { httpStatusCode?: number }; $fault?: string }> {
  try {
    await call;
  } catch (error) {
    return error as never;
  }
  throw new Error('the call succeeded, but was expected to be refused');
}
