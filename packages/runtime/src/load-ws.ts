interface RequireHolder {
  require?: ((id: string) => unknown) | undefined;
}

/**
 * Loads ws when an app serves WebSockets, and not before: most agents do not.
 *
 * In an agent that was bundled as an ES module, ws is CommonJS that looks for a `require` and finds none, unless the bundle was given one. It
 * only asks for Node's own modules, so while it loads there is one for those.
 */
export async function loadWs(): Promise<typeof import('ws')> {
  const holder = globalThis as RequireHolder;
  if (holder.require !== undefined) return import('ws');
  const own = (id: string): unknown => process.getBuiltinModule(id);
  holder.require = own;
  try {
    return await import('ws');
  } finally {
    if (holder.require === own) delete holder.require;
  }
}
