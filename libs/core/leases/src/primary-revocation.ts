import type { LeasedSecret } from '@tidelock/engine-api';
import {
  type Clock,
  type ErrorCode,
  isTidelockError,
  parseJson,
  reasonOf,
  stringifyJson,
  TidelockError,
} from '@tidelock/kernel';
import type { CallBody, Forwarder, HostCall, ReplicationNode } from '@tidelock/replication';
import type { Store } from '@tidelock/store';

const CALL = 'revoke-lease';
/** Of a lease as it is stored, and of what its engine has put into it: bytes. */
export const LONGEST_LEASE = 65_536;
/** Longer than an engine may take. */
const PATIENCE = { timeoutMilliseconds: 35_000 };
const PROBE_MS = 5000;
/** A path of 2,048 bytes, `/`, and 24 characters. */
const LONGEST_ID = 2073;
/** A character may take four bytes. */
const BODY_LIMIT = 4 * LONGEST_LEASE + 16_384;
const LEASE_ID = /^[^\p{C}\p{Zl}\p{Zp}]+\/[A-Za-z0-9]{24}$/u;

/** A secret of a lease, and the mount that gave it. */
export interface MountedSecret extends LeasedSecret {
  /** Its accessor: it may have been moved since then. Earlier builds neither keep nor send it. */
  readonly mount?: string;
}

/** A secondary's way to have a secret undone where replicated state is written. */
export class PrimaryRevocation {
  constructor(
    private readonly node: Pick<ReplicationNode, 'callPrimary' | 'asSecondary'>,
    private readonly store: Pick<Store, 'waitForIndex'>,
    private readonly settings: { readonly waitMilliseconds: number },
  ) {}

  /**
   * Has the primary undo the secret, and waits until the change is here: whoever is promoted then has it.
   *
   * @returns whether it is here.
   * @throws {TidelockError} PRIMARY_UNREACHABLE when it cannot be done now; what the engine says on the primary.
   */
  async undo({ leaseId, mount, issuedAt, internal }: MountedSecret): Promise<boolean> {
    const link = this.node.asSecondary?.primary;
    if (link?.connectionState !== 'ready') throw new TidelockError('PRIMARY_UNREACHABLE');
    // The audit tells calls apart by their `path`.
    const body = { path: leaseId, ...(mount && { mount }), issuedAt, internal: stringifyJson(internal) };
    const call = async (): Promise<number> => {
      const { index } = await this.node.callPrimary<{ readonly index: number }>(CALL, body, PATIENCE);
      // Nothing was left to change: an earlier call has done it, whose answer may be lost. The last heartbeat may be older than that.
      return index || link.probe(PROBE_MS);
    };
    return this.store.waitForIndex(await call().catch(orNotNow), this.settings.waitMilliseconds);
  }
}

/** The primary is away, sealed, takes no writes, changes its role, or is of a build that knows no such call: none of it is the secret's. */
const NOT_NOW: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'PRIMARY_UNREACHABLE',
  'SEALED',
  'READ_ONLY_REPLICA',
  'WRITE_CONFLICT',
  'STORAGE_FULL',
  'STORAGE_FAILED',
  'STORAGE_UNAVAILABLE',
  'COMMIT_UNKNOWN',
  'FENCED',
  'UNSUPPORTED_PATH',
]);

function orNotNow(error: unknown): never {
  if (!isTidelockError(error) || !NOT_NOW.has(error.code)) throw error;
  const text = `the primary cannot undo it now: ${reasonOf(error)}`;
  throw new TidelockError('PRIMARY_UNREACHABLE', { text, cause: error });
}

interface Revoker {
  revokeFor(by: Forwarder, secret: MountedSecret, now: number): Promise<number>;
}

/** What a primary does for the leases of its secondaries. */
export const leaseCalls = (revoker: Revoker, clock: Clock): Readonly<Record<string, HostCall>> => ({
  [CALL]: {
    level: 'data',
    bodyLimit: BODY_LIMIT,
    answer: async (sent, by) => ({ index: await revoker.revokeFor(by, secretIn(sent), clock.now()) }),
  },
});

/** @throws {TidelockError} INVALID_REQUEST when it is none. */
function secretIn(sent: CallBody): MountedSecret {
  const leaseId = sent.text('path', LONGEST_ID);
  if (!LEASE_ID.test(leaseId)) throw sent.malformed('path');
  return {
    leaseId,
    ...(sent.has('mount') && { mount: sent.text('mount') }),
    issuedAt: sent.count('issuedAt'),
    internal: internalIn(sent),
  };
}

function internalIn(sent: CallBody): LeasedSecret['internal'] {
  try {
    const internal = parseJson(sent.text('internal', LONGEST_LEASE));
    if (typeof internal === 'object' && internal !== null && !Array.isArray(internal))
      return internal as LeasedSecret['internal'];
  } catch {
    // Said below.
  }
  throw sent.malformed('internal');
}
