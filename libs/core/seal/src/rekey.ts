import type { Barrier, ShareSeal } from '@tidelock/barrier';
import {
  type KeyHolder,
  type NewRekey,
  type RekeyProgress,
  RekeyService,
  type RekeyStatus,
  type VerificationStatus,
} from '@tidelock/engine-api';
import { badRequest, type Clock, newUuid } from '@tidelock/kernel';
import { KEYRING, type Store } from '@tidelock/store';
import type { Attempt, AttemptSlot } from './attempt-slot';
import type { ClusterSeal } from './cluster-seal';
import { provenRootKey, rootKeyBehind } from './key-holders';
import { Mutex } from './mutex';
import { RekeyOrder, statusOf, type Verification, verificationOf } from './rekey-state';
import { ShareCollection } from './share-collection';
import { parseShare, shareTexts } from './share-text';
import { checkShares, newShares, requireSharesConfig, type SharesConfig, writeSharesConfig } from './shares-config';

/**
 * Makes a new root key behind new shares, and a new data key under it: whoever held the former ones opens nothing that is written
 * from then on. One rekey at a time, forgotten when sealed.
 */
export class Rekey extends RekeyService {
  private readonly mutex = new Mutex();

  constructor(
    private readonly store: Pick<Store, 'replicated' | 'transact'>,
    private readonly barrier: Barrier,
    /** Ends with the seal. */
    readonly slot: AttemptSlot<RekeyOrder>,
    private readonly clock: Clock,
    private readonly clusterSeal: ClusterSeal,
  ) {
    super();
  }

  override async status(): Promise<RekeyStatus> {
    const { t: required } = await requireSharesConfig(this.store.replicated);
    return { ...statusOf(this.slot.current), required };
  }

  override start(rekey: NewRekey, by: KeyHolder): Promise<RekeyStatus> {
    return this.mutex.run(async () => {
      checkShares(rekey.shares, rekey.threshold, 'rekey seal configuration');
      this.slot.begin(new RekeyOrder(rekey), by);
      return this.status();
    });
  }

  override cancel(nonce: string, by: KeyHolder): Promise<void> {
    return this.mutex.run(async () => this.slot.cancel(nonce, by));
  }

  override update(key: string, nonce: string, by: KeyHolder): Promise<RekeyProgress> {
    return this.mutex.run(async () => {
      this.slot.admitShare(by);
      const share = parseShare(key);
      const running = this.requireUnproven(nonce);
      const config = await requireSharesConfig(this.store.replicated);
      const count = this.slot.give(running.given, config, share, by);
      if (count < config.t) return { ...(await this.status()), complete: false, keys: [], keysBase64: [] };
      return this.complete(running, config, by);
    });
  }

  override async verification(): Promise<VerificationStatus> {
    return verificationOf(this.requireUnverified(), false);
  }

  override verify(key: string, nonce: string, by: KeyHolder): Promise<VerificationStatus> {
    return this.mutex.run(async () => {
      this.slot.admitShare(by);
      const share = parseShare(key);
      const unverified = this.requireUnverified();
      if (nonce !== unverified.nonce) {
        throw badRequest(`incorrect nonce supplied; nonce for this verify operation is "${unverified.nonce}"`);
      }
      const { config, given } = unverified;
      if (this.slot.give(given, config, share, by) < config.t) return verificationOf(unverified, false);
      const rootKey = await given.spend((shares) =>
        rootKeyBehind(this.shareSeal, config, shares, 'rekey verification aborted'),
      );
      await this.commit(config, rootKey, by);
      return verificationOf(unverified, true);
    });
  }

  override restartVerification(nonce: string, by: KeyHolder): Promise<VerificationStatus> {
    return this.mutex.run(async () => {
      const unverified = this.requireUnverified();
      this.slot.requireRightToEnd(unverified.nonce, nonce, by);
      unverified.given.forget();
      unverified.nonce = newUuid();
      return verificationOf(unverified, false);
    });
  }

  /** A wrong set of shares leaves the rekey running, at its beginning. */
  private async complete(running: Attempt<RekeyOrder>, old: SharesConfig, by: KeyHolder): Promise<RekeyProgress> {
    const { shares: n, threshold: t, requireVerification } = running.what.rekey;
    const former = await running.given.spend((given) =>
      provenRootKey(this.barrier, this.shareSeal, old, given, 'rekey aborted'),
    );
    const { config, shares, rootKey } = await newShares(this.shareSeal, n, t, former);
    former.fill(0);
    if (requireVerification) running.what.unverified = { config, nonce: newUuid(), given: new ShareCollection() };
    const status = { ...statusOf(running), progress: old.t, required: old.t };
    if (requireVerification) rootKey.fill(0);
    else await this.commit(config, rootKey, by);
    return { ...status, complete: true, ...shareTexts(shares) };
  }

  /** Shares, keyring and this cluster's seal in one transaction: there is no moment at which one is there without the others. */
  private async commit(config: SharesConfig, rootKey: Buffer, by: KeyHolder): Promise<void> {
    this.barrier.expectRootKey(rootKey);
    try {
      const sealRow = await this.clusterSeal.rowFor(rootKey);
      // A rotation at the same time comes first.
      await this.store.transact(async (unit) => {
        unit.cause = { requestId: newUuid(), path: 'sys/rekey/update' };
        await requireSharesConfig(unit.replicated);
        await unit.replicated.getSealed(KEYRING);
        writeSharesConfig(unit.replicated, config);
        unit.replicated.putSealed(KEYRING, this.barrier.rekey(rootKey, this.clock.now()));
        unit.local.put('cluster', sealRow);
      });
    } finally {
      rootKey.fill(0);
    }
    this.slot.finish(by);
  }

  private get shareSeal(): ShareSeal {
    return this.clusterSeal.seals.shares;
  }

  private requireUnproven(nonce: string): Attempt<RekeyOrder> {
    const { current } = this.slot;
    if (current === undefined || current.what.unverified !== undefined)
      throw badRequest('no barrier rekey in progress');
    if (nonce === current.nonce) return current;
    throw badRequest(`incorrect nonce supplied; nonce for this rekey operation is "${current.nonce}"`);
  }

  private requireUnverified(): Verification {
    const { current } = this.slot;
    if (current === undefined) throw badRequest('no rekey configuration found');
    if (current.what.unverified === undefined) throw badRequest('no rekey verification in progress');
    return current.what.unverified;
  }
}
