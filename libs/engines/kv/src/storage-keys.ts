/** Secrets of version 1, and those written before their mount was turned into version 2: `secret/<path>`. */
export const UNVERSIONED = 'secret/';
/** Version 2: a secret's metadata, `meta/<path>`. */
export const METADATA = 'meta/';
/** Version 2: the mount's configuration. */
export const CONFIG = 'config';

/** Version 2: one version's data. No two secrets share a key, since the last segment is always the version's number. */
export const dataKey = (path: string, version: number): string => `data/${path}/${version}`;
