import { createHmac, timingSafeEqual } from 'node:crypto';

/** A place that a client has seen: `X-Vault-Index` (Vault's page "Vault eventual consistency"). */
export interface SeenState {
  readonly clusterId: string;
  readonly localIndex: number;
  readonly replicatedIndex: number;
}

const VERSION = 'v1';

/** base64 of `v1:<cluster id>:<local index>:<replicated index>:<hex HMAC-SHA256 of all before the last colon>`. */
export function writeState({ clusterId, localIndex, replicatedIndex }: SeenState, key: Buffer): string {
  const text = `${VERSION}:${clusterId}:${localIndex}:${replicatedIndex}`;
  return Buffer.from(`${text}:${tagOf(text, key)}`).toString('base64');
}

/** @returns `undefined` for anything that is not a state signed with the key. */
export function readState(header: string, key: Buffer): SeenState | undefined {
  const text = Buffer.from(header, 'base64').toString('utf8');
  const end = text.lastIndexOf(':');
  const [version, clusterId, local, replicated, ...rest] = text.slice(0, Math.max(0, end)).split(':');
  if (version !== VERSION || clusterId === undefined || rest.length > 0) return undefined;
  const given = Buffer.from(text.slice(end + 1));
  const right = Buffer.from(tagOf(text.slice(0, end), key));
  if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
  return { clusterId, localIndex: Number(local), replicatedIndex: Number(replicated) };
}

const tagOf = (text: string, key: Buffer): string => createHmac('sha256', key).update(text).digest('hex');
