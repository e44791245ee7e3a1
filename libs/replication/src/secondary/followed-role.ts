import type { LocalReader, LocalStore, Outbox, Store } from '@tidelock/store';
import type { EpochStart } from '@tidelock/stream';
import { readRole, type Role, withEpoch, writeRole } from '../membership/role-store';

type RoleStore = Pick<Store, 'transact'> & Pick<Outbox, 'useEpoch'>;
type Local = LocalReader & Pick<LocalStore, 'put'>;

/** The role of a secondary. A change counts once it is stored; what the stream tells of epochs is stored with the place in the stream. */
export class FollowedRole {
  constructor(
    private readonly store: RoleStore,
    private current: Role,
  ) {
    store.useEpoch(current.epoch);
  }

  get value(): Role {
    return this.current;
  }

  async change(change: Partial<Role>): Promise<void> {
    await this.store.transact(async ({ local }) => writeRole(local, { ...(await readRole(local)), ...change }));
    this.know(change);
  }

  /**
   * An epoch has begun.
   *
   * @param local the transaction that the place in the stream commits with.
   * @returns to be called once it is committed.
   */
  async beginEpoch(local: Local, start: EpochStart): Promise<() => void> {
    const role = await readRole(local);
    // Who was primary itself has been admitted by none: the last epoch that it knows is its own.
    const { primaryEpoch = role.epoch } = role;
    return this.write(local, role, { primaryEpoch, epoch: start.epoch, epochs: withEpoch(role.epochs, start) });
  }

  /** The same for what a comparison with the primary has skipped. @param epochs as the primary knows them. */
  async skipEpochs(local: Local, epoch: number, epochs: readonly EpochStart[]): Promise<() => void> {
    const role = await readRole(local);
    return this.write(local, role, { epoch: Math.max(epoch, role.epoch), epochs });
  }

  private write(local: Local, role: Role, change: Pick<Role, 'epoch' | 'epochs' | 'primaryEpoch'>): () => void {
    writeRole(local, { ...role, ...change });
    return () => this.know(change);
  }

  private know(change: Partial<Role>): void {
    this.current = { ...this.current, ...change };
    // What a heartbeat tells may be stored when this cluster has been promoted meanwhile.
    if (change.epoch !== undefined) this.store.useEpoch(change.epoch);
  }
}
