import type { Store } from '@tidelock/store';
import type { Reigns } from '@tidelock/stream';
import { mayReign } from '../members/member';
import { memberWithKey } from '../members/member-records';
import { type Credentials, readCredentials, type ReignKeys, writeCredentials } from '../membership/role-store';

/** A stream may still hold messages of the epochs before. */
const MOST_KEPT = 10;

/** The reigns that a secondary follows and followed: told by its primary, or begun by a member in the stream. */
export class FollowedReigns implements Reigns {
  private keys: ReignKeys;

  constructor(
    private readonly store: Pick<Store, 'replicated' | 'transact'>,
    { reignKeys = {} }: Pick<Credentials, 'reignKeys'>,
  ) {
    this.keys = reignKeys;
  }

  of(epoch: number): Buffer | undefined {
    const key = this.keys[epoch];
    return key === undefined ? undefined : Buffer.from(key, 'base64');
  }

  async mayBegin(memberKey: Buffer): Promise<boolean> {
    const member = await memberWithKey(this.store.replicated, memberKey);
    return member !== undefined && mayReign(member);
  }

  async begin(epoch: number, reignKey: Buffer): Promise<void> {
    const key = reignKey.toString('base64');
    if (this.keys[epoch] === key) return;
    this.keys = await this.store.transact(async ({ local }) => {
      const credentials = await readCredentials(local);
      const reignKeys = latest({ ...credentials.reignKeys, [epoch]: key });
      writeCredentials(local, { ...credentials, reignKeys });
      return reignKeys;
    });
  }
}

const latest = (keys: ReignKeys): ReignKeys =>
  Object.fromEntries(
    Object.entries(keys)
      .sort(([a], [b]) => Number(a) - Number(b))
      .slice(-MOST_KEPT),
  );
