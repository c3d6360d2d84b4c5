/**
 * Calls until it does not throw: IAM and the control planes are eventually consistent, on AWS for seconds, and what is not right by then is not right.
 */
export async function until<T>(work: () => Promise<T>, { seconds = 120 } = {}): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (let wait = 50; ; wait = Math.min(wait * 2, 5000)) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}
