import { type Barrier, checkShares, newShamirSeal, type SealConfig } from '@tidelock/barrier';
import { type NewRekey, type RekeyProgress, RekeyService, type RekeyStatus, type VerificationStatus } from '@tidelock/engine-api';
import { badRequest, newUuid } from '@tidelock/kernel';
import type { Store } from '@tidelock/store';
import { provenRootKey, WrongShares } from './key-holders';
import { Mutex } from './mutex';
import { type RunningRekey, statusOf, type Verification, verificationOf } from './rekey-state';
import type { SealManager } from './seal-manager';
import { requireSealConfig, writeSealConfig } from './seal-records';
import { ShareCollection } from './share-collection';
import { parseShare, shareTexts } from './share-text';

/** Puts the root key behind new shares. One rekey at a time, forgotten when sealed. */
export class Rekey extends RekeyService {
  private readonly mutex = new Mutex();
  private running: RunningRekey | undefined;

  constructor(
    private readonly store: Pick<Store, 'begin' | 'replicated'>,
    private readonly barrier: Barrier,
    seal: Pick<SealManager, 'onSealed'>,
  ) {
    super();
    seal.onSealed(() => this.forget());
  }

  override async status(): Promise<RekeyStatus> {
    const { t: required } = await requireSealConfig(this.store.replicated);
    return { ...statusOf(this.running), required };
  }

  override start(rekey: NewRekey): Promise<RekeyStatus> {
    return this.mutex.run(async () => {
      if (this.running !== undefined) throw badRequest('rekey already in progress');
      checkShares(rekey.shares, rekey.threshold, 'rekey seal configuration');
      this.running = { rekey, nonce: newUuid(), given: new ShareCollection() };
      return this.status();
    });
  }

  override cancel(): Promise<void> {
    return this.mutex.run(async () => this.forget());
  }

  override update(key: string, nonce: string): Promise<RekeyProgress> {
    return this.mutex.run(async () => {
      const share = parseShare(key);
      const running = this.requireUnproven(nonce);
      addOnce(running.given, share);
      const config = await requireSealConfig(this.store.replicated);
      if (running.given.count < config.t) return { ...(await this.status()), complete: false, keys: [], keysBase64: [] };
      return this.complete(running, config);
    });
  }

  override async verification(): Promise<VerificationStatus> {
    return verificationOf(this.requireUnverified(), false);
  }

  override verify(key: string, nonce: string): Promise<VerificationStatus> {
    return this.mutex.run(async () => {
      const share = parseShare(key);
      const unverified = this.requireUnverified();
      if (nonce !== unverified.nonce) {
        throw badRequest(`incorrect nonce supplied; nonce for this verify operation is "${unverified.nonce}"`);
      }
      addOnce(unverified.given, share);
      if (unverified.given.count < unverified.config.t) return verificationOf(unverified, false);
      (await this.prove(unverified.config, unverified.given, 'rekey verification aborted')).fill(0);
      await this.commit(unverified.config);
      return verificationOf(unverified, true);
    });
  }

  override restartVerification(): Promise<VerificationStatus> {
    return this.mutex.run(async () => {
      const unverified = this.requireUnverified();
      unverified.given.forget();
      unverified.nonce = newUuid();
      return verificationOf(unverified, false);
    });
  }

  private async complete(running: RunningRekey, old: SealConfig): Promise<RekeyProgress> {
    const { shares: n, threshold: t, requireVerification } = running.rekey;
    const rootKey = await this.prove(old, running.given, 'rekey aborted');
    const { config, shares } = await newShamirSeal(rootKey, n, t);
    rootKey.fill(0);
    if (requireVerification) running.unverified = { config, nonce: newUuid(), given: new ShareCollection() };
    const status = { ...statusOf(running), progress: old.t, required: old.t };
    if (!requireVerification) await this.commit(config);
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

  private async commit(config: SealConfig): Promise<void> {
    const unit = this.store.begin();
    unit.cause = { requestId: newUuid(), path: 'sys/rekey/update' };
    await requireSealConfig(unit.replicated);
    writeSealConfig(unit.replicated, config);
    await unit.commit();
    this.forget();
  }

  private requireUnproven(nonce: string): RunningRekey {
    const { running } = this;
    if (running === undefined || running.unverified !== undefined) throw badRequest('no barrier rekey in progress');
    if (nonce === running.nonce) return running;
    throw badRequest(`incorrect nonce supplied; nonce for this rekey operation is "${running.nonce}"`);
  }

  private requireUnverified(): Verification {
    if (this.running === undefined) throw badRequest('no rekey configuration found');
    if (this.running.unverified === undefined) throw badRequest('no rekey verification in progress');
    return this.running.unverified;
  }

  private forget(): void {
    this.running?.given.forget();
    this.running?.unverified?.given.forget();
    this.running = undefined;
  }
}

function addOnce(given: ShareCollection, share: Buffer): void {
  if (!given.add(share)) throw badRequest('given key has already been provided during this rekey operation');
}
