import { Barrier, type Seals } from '@tidelock/barrier';
import { badRequest, type Logger, reasonOf, TidelockError } from '@tidelock/kernel';
import type { LocalTables, Store } from '@tidelock/store';

/** The row `seal` of the table `cluster`, stored as JSON: local to this cluster, and readable while it is sealed. */
interface SealRow {
  readonly type: string;
  /** Base64 of the root key, wrapped by a seal that is recoverable. Absent for others: theirs is in the set's shares. */
  readonly wrappedRootKey?: string;
  /** Name of the root key that is wrapped. */
  readonly rootKeyId?: string;
}

const SEAL = 'seal';

/** This cluster's own seal, and the local row that it keeps. A store of an older build gets the row at its first unseal. */
export class ClusterSeal {
  constructor(
    readonly seals: Seals,
    private readonly store: Pick<Store, 'local' | 'transact'>,
    private readonly barrier: Pick<Barrier, 'rootKey'>,
    private readonly logger: Logger,
  ) {}

  get type(): string {
    return this.seals.own.type;
  }

  get recoverable(): boolean {
    return this.seals.own.recoverable;
  }

  /** @throws {TidelockError} INVALID_REQUEST where the store names another seal than the configuration. */
  async requireOwn(): Promise<void> {
    const row = await this.read();
    if (row === undefined || row.type === this.type) return;
    throw badRequest(
      `the seal of this cluster is "${row.type}", and its configuration names "${this.type}"; changing the seal of a cluster is not supported: configure "${row.type}" again`,
    );
  }

  /** @returns the root key, without operators: overwrite it after use; `undefined` where it takes them. @throws what the seal throws. */
  async recover(): Promise<Buffer | undefined> {
    const wrapped = this.recoverable ? (await this.read())?.wrappedRootKey : undefined;
    return wrapped === undefined ? undefined : this.seals.own.unwrap(Buffer.from(wrapped, 'base64'));
  }

  /** Puts a root key behind the seal. @returns the row that says so: it commits with the keyring that the root key opens. @throws what the seal throws. */
  async rowFor(rootKey: Buffer): Promise<LocalTables['cluster']> {
    const { own } = this.seals;
    const row: SealRow = {
      type: own.type,
      ...(own.recoverable && {
        wrappedRootKey: (await own.wrap(rootKey)).toString('base64'),
        rootKeyId: Barrier.rootKeyIdOf(rootKey),
      }),
    };
    return { key: SEAL, value: Buffer.from(JSON.stringify(row), 'utf8') };
  }

  /** Writes the row where it is missing, or names another root key than the one in use. @throws {TidelockError} SEALED, what the store throws. */
  async keep(): Promise<void> {
    const { rootKey } = this.barrier;
    try {
      const row = await this.read();
      const isWrapped = !this.recoverable || row?.rootKeyId === Barrier.rootKeyIdOf(rootKey);
      if (row !== undefined && isWrapped) return;
      const changed = await this.rowFor(rootKey).catch((error: unknown) => this.complain(error));
      if (changed === undefined) return;
      await this.store.transact(async ({ local }) => local.put('cluster', changed));
    } finally {
      rootKey.fill(0);
    }
  }

  /** The cluster serves all the same; it takes shares to unseal it again. */
  private complain(error: unknown): undefined {
    this.logger.error("this cluster's seal did not take the root key; the next unseal takes the set's shares", {
      seal: this.type,
      reason: reasonOf(error),
    });
  }

  private async read(): Promise<SealRow | undefined> {
    const row = await this.store.local.row('cluster', SEAL);
    try {
      return row && (JSON.parse(row.value.toString('utf8')) as SealRow);
    } catch (cause) {
      throw new TidelockError('CORRUPT_RECORD', { cause });
    }
  }
}
