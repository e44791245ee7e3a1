import { setTimeout as sleep } from 'node:timers/promises';
import {
  Barrier,
  checkShares,
  formerRootKeyIn,
  generateRootKey,
  newShamirSeal,
  openShamirSeal,
  type SealConfig,
} from '@tidelock/barrier';
import { type InitResult, SealService, type SealStatus } from '@tidelock/engine-api';
import { badRequest, type Clock, isTidelockError, type Logger, newUuid, TidelockError } from '@tidelock/kernel';
import { KEYRING, type Store } from '@tidelock/store';
import { LastSealConfig } from './last-seal-config';
import { Lifecycle, type LifecycleListener } from './lifecycle';
import { Mutex } from './mutex';
import { Reopening } from './reopening';
import { RootTokenIssuer } from './root-token-issuer';
import { readSealConfig, requireSealConfig, writeSealConfig } from './seal-records';
import { ShareCollection } from './share-collection';
import { parseShare, shareTexts } from './share-text';

const PATIENCE_MS = 5000;

const WRONG_KEYS =
  'unable to retrieve stored keys: invalid key: failed to decrypt keys from storage: cipher: message authentication failed';

/** Initialises, unseals and seals this cluster; tells the other rooms when. */
export class SealManager extends SealService {
  private readonly mutex = new Mutex();
  private readonly lifecycle: Lifecycle;
  private readonly shares = new ShareCollection();
  private nonce = '';
  private ready = false;
  private readonly config: LastSealConfig;
  private readonly reopening: Reopening;
  /** What the other rooms do about the last seal; it may outlast the seal's own patience. */
  private closing: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: Pick<Store, 'begin' | 'replicated' | 'tenure'>,
    private readonly barrier: Barrier,
    private readonly rootTokens: RootTokenIssuer,
    private readonly clock: Clock,
    logger: Logger,
  ) {
    super();
    this.lifecycle = new Lifecycle(logger);
    this.config = new LastSealConfig(store);
    this.reopening = new Reopening({
      tenure: store.tenure,
      mutex: this.mutex,
      logger,
      close: () => this.rest(),
      open: () => this.openAnew(),
      opened: () => {
        this.ready = true;
      },
      giveUp: () => this.close(),
    });
    store.tenure.onLost(() => {
      this.reopening.lost(this.ready);
      this.ready = false;
    });
  }

  override get sealed(): boolean {
    return !this.ready && !this.reopening.isUnderWay;
  }

  /** Why ordinary requests cannot be served now, if they cannot. */
  refusal(): TidelockError | undefined {
    if (this.sealed) return new TidelockError('SEALED');
    return this.ready
      ? undefined
      : (this.store.tenure.refusal() ??
          new TidelockError('STORAGE_UNAVAILABLE', {
            text: 'this node reads its storage anew; it serves requests in a moment',
          }));
  }

  /** Awaited, in order of subscription, before an unseal is answered; a failure seals again. */
  onUnsealed(listener: LifecycleListener): void {
    this.lifecycle.onUnsealed(listener);
  }

  /** Called before the keys go, in reverse order of subscription. */
  onSealed(listener: LifecycleListener): void {
    this.lifecycle.onSealed(listener);
  }

  override async status(): Promise<SealStatus> {
    const config = await this.config.read();
    const { t, n } = config ?? { t: 0, n: 0 };
    return {
      initialized: config !== undefined,
      sealed: this.sealed,
      standby: !this.sealed && !this.ready,
      t,
      n,
      progress: this.shares.count,
      nonce: this.nonce,
    };
  }

  override init(shares: number, threshold: number): Promise<InitResult> {
    return this.mutex.run(() => this.initialise(shares, threshold));
  }

  /**
   * Initialises with one share and unseals: development mode.
   *
   * @param rootToken the token to make; absent: a random one.
   */
  async initWith(rootToken?: string): Promise<{ readonly unsealKey: string; readonly rootToken: string }> {
    const made = await this.mutex.run(() => this.initialise(1, 1, rootToken));
    const unsealKey = made.keysBase64[0] as string;
    await this.unseal(unsealKey);
    return { unsealKey, rootToken: made.rootToken };
  }

  override unseal(key: string): Promise<SealStatus> {
    return this.mutex.run(async () => {
      const share = parseShare(key);
      const config = await requireSealConfig(this.store.replicated);
      if (this.sealed) await this.takeShare(config, share);
      return this.status();
    });
  }

  override resetUnseal(): Promise<SealStatus> {
    return this.mutex.run(async () => {
      if (!this.sealed) throw badRequest('vault is unsealed');
      this.forgetShares();
      return this.status();
    });
  }

  override seal(): Promise<void> {
    return this.mutex.run(() => this.close());
  }

  /**
   * Takes the rest of the service down and up again around `work`, the keys staying in memory: a change of role.
   * Requests get 503 meanwhile. On failure the cluster is left sealed.
   *
   * @param work short, as a seal that is asked for meanwhile waits for it.
   */
  restart(work: () => Promise<void> = async () => {}): Promise<void> {
    return this.mutex.run(async () => {
      if (!this.ready) throw new TidelockError('SEALED');
      this.ready = false;
      await this.lifecycle.announceSealed();
      await this.getReady(work);
    });
  }

  private async initialise(n: number, t: number, chosenToken?: string): Promise<InitResult> {
    const unit = this.store.begin();
    unit.cause = { requestId: newUuid(), path: 'sys/init' };
    if (await readSealConfig(unit.replicated)) throw badRequest('Vault is already initialized');
    checkShares(n, t);
    const rootKey = generateRootKey();
    const { config, shares } = await newShamirSeal(rootKey, n, t);
    const keyring = Barrier.newKeyring(rootKey, this.clock.now());
    this.barrier.unseal(rootKey, keyring);
    rootKey.fill(0);
    try {
      unit.replicated.putSealed(KEYRING, keyring);
      writeSealConfig(unit.replicated, config);
      const rootToken = await this.rootTokens.createRootToken(unit, chosenToken);
      await unit.commit();
      return { ...shareTexts(shares), rootToken };
    } finally {
      await this.close();
    }
  }

  private async takeShare(config: SealConfig, share: Buffer): Promise<void> {
    if (this.nonce === '') this.nonce = newUuid();
    this.shares.add(share);
    if (this.shares.count < config.t) return;
    const rootKey = await this.combine(config);
    try {
      await this.getReady(() => this.openKeyring(config, rootKey));
    } finally {
      rootKey.fill(0);
    }
  }

  private async combine(config: SealConfig): Promise<Buffer> {
    this.nonce = '';
    try {
      return await this.shares.spend((shares) => openShamirSeal(config, shares));
    } catch (error) {
      throw badRequest(isTidelockError(error, 'CORRUPT_RECORD') ? WRONG_KEYS : 'Unseal failed, invalid key');
    }
  }

  private async openKeyring(config: SealConfig, rootKey: Buffer): Promise<void> {
    const keyring = await this.store.replicated.getSealed(KEYRING);
    if (keyring === undefined) throw new TidelockError('CORRUPT_RECORD', 'the keyring is missing from the store');
    try {
      this.barrier.unseal(rootKey, keyring);
    } catch (error) {
      const former = formerRootKeyIn(config, rootKey);
      if (former === undefined) throw error;
      // A copy that was broken off: the seal of a rekey is here, its keyring is still to come.
      this.barrier.unseal(former, keyring);
      this.barrier.expectRootKey(rootKey);
      former.fill(0);
    }
  }

  /** All or nothing: either everybody is ready, or the cluster is sealed. */
  private async getReady(open: () => Promise<void>): Promise<void> {
    // A room that is late would forget what the unseal has read.
    await this.closing;
    const { losses } = this.reopening;
    try {
      await open();
      await this.lifecycle.announceUnsealed();
    } catch (error) {
      await this.close();
      throw error;
    }
    if (losses !== this.reopening.losses) return this.reopening.start();
    this.ready = true;
  }

  /** After the storage was away: nothing that memory holds is believed, the keyring included. */
  private async openAnew(): Promise<void> {
    await this.closing;
    const keyring = await this.store.replicated.getSealed(KEYRING);
    if (keyring === undefined) throw new TidelockError('CORRUPT_RECORD', 'the keyring is missing from the store');
    this.barrier.reload(keyring);
    await this.lifecycle.announceUnsealed();
  }

  private async close(): Promise<void> {
    this.ready = false;
    this.reopening.end();
    this.forgetShares();
    await this.rest();
    this.barrier.seal();
  }

  private async rest(): Promise<void> {
    // The others put their affairs in order first, which takes keys; none of them can hold the seal up for long.
    this.closing = this.lifecycle.announceSealed();
    await Promise.race([this.closing, sleep(PATIENCE_MS, undefined, { ref: false })]);
  }

  private forgetShares(): void {
    this.shares.forget();
    this.nonce = '';
  }
}
