/** One change that a layer makes to the tree below it, in the order of the tar. `path` has no leading slash, no `.` and no `..`. */
export type LayerEntry =
  | { type: 'directory'; path: string; mode: number }
  /** `file` is the name of its content in the layer's directory of the cache, `sha256` the digest of that. */
  | { type: 'file'; path: string; mode: number; file: string; sha256: string }
  | { type: 'symlink'; path: string; target: string }
  | { type: 'hardlink'; path: string; target: string }
  /** Removes what lower layers have at `path`. */
  | { type: 'whiteout'; path: string }
  /** Removes everything that lower layers have inside of `path`. */
  | { type: 'opaque'; path: string };
