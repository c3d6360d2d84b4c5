/** Loads ws when an app serves WebSockets, and not before: most agents do not. */
export async function loadWs(): Promise<typeof import('ws')> {
  return import('ws');
}
