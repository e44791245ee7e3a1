/**
 * What the primary does for a secondary: `all` = whatever its callers may do, root's included; `data` = nothing that decides about access
 * (policies, auth methods, users, mounts, identity).
 */
export type ForwardingLevel = 'all' | 'data';

/** How a request names mounts besides the one that serves it: by a parameter of the path, below `within`, or by members of the body. */
export interface NamedMounts {
  readonly param?: string;
  readonly within?: string;
  readonly members?: readonly string[];
}
