import { type LockedUsers, type MountContext, type MountLockout, UserLockoutService } from '@tidelock/engine-api';
import { FailedLogins, type LockoutNeeds } from './failed-logins';

const MOST_REMEMBERED = 100_000;

/** The failed logins of the mounts that are open. */
export class UserLockout extends UserLockoutService {
  /** By accessor. */
  private readonly mounts = new Map<string, FailedLogins>();

  /** @param mostRemembered names, of all mounts together. */
  constructor(
    private readonly needs: LockoutNeeds,
    private readonly mostRemembered = MOST_REMEMBERED,
  ) {
    super();
  }

  override open(at: Pick<MountContext, 'mount' | 'signal'>): MountLockout {
    const { accessor } = at.mount;
    const failed = new FailedLogins(at, this.needs, () => this.makeRoom());
    this.mounts.set(accessor, failed);
    const end = (): void => {
      if (this.mounts.get(accessor) === failed) this.mounts.delete(accessor);
    };
    at.signal.addEventListener('abort', end, { once: true });
    return failed;
  }

  override locked(mountAccessor?: string): readonly LockedUsers[] {
    const of = (accessor: string): LockedUsers => ({
      mountAccessor: accessor,
      aliases: this.mounts.get(accessor)?.locked ?? [],
    });
    if (mountAccessor !== undefined) return [of(mountAccessor)];
    return [...this.mounts.keys()].map(of).filter(({ aliases }) => aliases.length > 0);
  }

  override unlock(mountAccessor: string, alias: string): void {
    this.mounts.get(mountAccessor)?.forget(alias);
  }

  /** Where most is remembered, so that names made up at one mount unlock nobody at another. */
  private makeRoom(): void {
    const bySize = [...this.mounts.values()].sort((a, b) => b.size - a.size);
    const remembered = bySize.reduce((sum, { size }) => sum + size, 0);
    if (remembered >= this.mostRemembered) bySize[0]?.forgetOldest();
  }
}
