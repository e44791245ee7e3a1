import { type Barrier, checkShares, newShamirSeal, type SealConfig } from '@tidelock/barrier';
import { type KeyHolder, type NewRekey, type RekeyProgress, RekeyService, type RekeyStatus, type VerificationStatus } from '@tidelock/engine-api';
import { badRequest, newUuid } from '@tidelock/kernel';
import type { Store } from '@tidelock/store';
import type { Attempt, AttemptSlot } from './attempt-slot';
import { provenRootKey, WrongShares } from './key-holders';
import { Mutex } from './mutex';
import { RekeyOrder, statusOf, type Verification, verificationOf } from './rekey-state';
import type { SealManager } from './seal-manager';
import { requireSealConfig, writeSealConfig } from './seal-records';
import { ShareCollection } from './share-collection';
import { parseShare, shareTexts } from './share-text';

/** Puts the root key behind new shares. One rekey at a time, forgotten when sealed. */
export class Rekey extends RekeyService {
  private readonly mutex = new Mutex();

  constructor(
    private readonly store: Pick<Store, 'begin' | 'replicated'>,
    private readonly barrier: Barrier,
    private readonly slot: AttemptSlot<RekeyOrder>,
    seal: Pick<SealManager, 'onSealed'>,
  ) {
    super();
    seal.onSealed(() => slot.forget());
  }

  override async status(): Promise<RekeyStatus> {
    const { t: required } = await requireSealConfig(this.store.replicated);
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
      const config = await requireSealConfig(this.store.replicated);
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
      (await this.prove(config, given, 'rekey verification aborted')).fill(0);
      await this.commit(config, by);
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

  private async complete(running: Attempt<RekeyOrder>, old: SealConfig, by: KeyHolder): Promise<RekeyProgress> {
    const { shares: n, threshold: t, requireVerification } = running.what.rekey;
    const rootKey = await this.prove(old, running.given, 'rekey aborted');
    const { config, shares } = await newShamirSeal(rootKey, n, t);
    rootKey.fill(0);
    if (requireVerification) running.what.unverified = { config, nonce: newUuid(), given: new ShareCollection() };
    const status = { ...statusOf(running), progress: old.t, required: old.t };
    if (!requireVerification) await this.commit(config, by);
    return { ...status, complete: true, ...shareTexts(shares) };
  }

  /** A wrong set of shares leaves the operation running, at its beginning. @returns the root key. */
  private async prove(config: SealConfig, given: ShareCollection, failure: string): Promise<Buffer> {
    try {
      return await given.spend((shares) => provenRootKey(this.barrier, config, shares));
    } catch (error) {
      throw error instanceof WrongShares ? badRequest(`${failure}: ${error.message}`) : error;
    }
  }

  private async commit(config: SealConfig, by: KeyHolder): Promise<void> {
    const unit = this.store.begin();
    unit.cause = { requestId: newUuid(), path: 'sys/rekey/update' };
    await requireSealConfig(unit.replicated);
    writeSealConfig(unit.replicated, config);
    await unit.commit();
    this.slot.finish(by);
  }

  private requireUnproven(nonce: string): Attempt<RekeyOrder> {
    const { current } = this.slot;
    if (current === undefined || current.what.unverified !== undefined) throw badRequest('no barrier rekey in progress');
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
