/**
 * What the primary does for a secondary: `all` = whatever its callers may do, root's included; `data` = nothing that decides about access
 * (policies, auth methods, users, mounts, identity).
 */
export type ForwardingLevel = 'all' | 'data';
