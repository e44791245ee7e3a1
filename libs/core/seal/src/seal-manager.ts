import { setTimeout as sleep } from 'node:timers/promises';
import { Barrier, generateRootKey } from '@tidelock/barrier';
import type { Alive, Life, Part, Task } from '@tidelock/core/runtime';
import { checkShares, formerRootKeyIn, newShamirSeal, openShamirSeal, type SealConfig } from '@tidelock/seals/shamir';
import { type InitResult, SealService, type SealStatus } from '@tidelock/engine-api';
import {
  badRequest,
  type Clock,
  isTidelockError,
  type Logger,
  newUuid,
  reasonOf,
  TidelockError,
} from '@tidelock/kernel';
import { KEYRING, type Store, type StoreAdmin } from '@tidelock/store';
import { LastSealConfig } from './last-seal-config';
import { Mutex } from './mutex';
import { Reopening } from './reopening';
import { RootTokenIssuer } from './root-token-issuer';
import { readSealConfig, requireSealConfig, writeSealConfig } from './seal-records';
import { ShareCollection } from './share-collection';
import { parseShare, shareTexts } from './share-text';

const PATIENCE_MS = 5000;

const WRONG_KEYS =
  'unable to retrieve stored keys: invalid key: failed to decrypt keys from storage: cipher: message authentication failed';

/** Initialises, unseals and seals this cluster. What stands on the open barrier lives as a part under this one. */
export class SealManager extends SealService implements Part {
  readonly name = 'opened';
  readonly tasks: readonly Task[];
  private readonly mutex = new Mutex();
  private readonly shares = new ShareCollection();
  private nonce = '';
  private ready = false;
  private readonly config: LastSealConfig;
  private readonly reopening: Reopening;
  private life: Life | undefined;
  private unsealed: Part = { name: 'unsealed' };
  /** `unsealed` while it is alive. */
  private service: Alive | undefined;
  /** The end of the last one; it may outlast the seal's own patience. */
  private closing: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: Pick<Store, 'begin' | 'replicated'> & Pick<StoreAdmin, 'tenure'>,
    private readonly barrier: Barrier,
    private readonly rootTokens: RootTokenIssuer,
    private readonly clock: Clock,
    readonly logger: Logger,
  ) {
    super();
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
    this.tasks = [this.reopening.task];
    store.tenure.onLost(() => {
      this.reopening.lost(this.ready);
      this.ready = false;
    });
  }

  start(life: Life): void {
    this.life = life;
    this.reopening.liveIn(life);
  }

  /** @param unsealed starts with each opening of the barrier, before an unseal is answered (a failure seals again), and ends before the keys go. */
  carry(unsealed: Part): void {
    this.unsealed = unsealed;
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
   * Ends what stands on the barrier, and starts it anew behind `work`: a change of the store as a whole. The keys stay in memory.
   * Requests get 503 meanwhile. On failure the cluster is left sealed.
   *
   * @param work short, as a seal that is asked for meanwhile waits for it.
   */
  reopen(work: () => Promise<void>): Promise<void> {
    return this.mutex.run(async () => {
      if (!this.ready) throw new TidelockError('SEALED');
      this.ready = false;
      await this.endService();
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
      this.rootTokens.forget();
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
    // A part that is late would forget what the unseal has read.
    await this.closing;
    const { losses } = this.reopening;
    try {
      await open();
      await this.beginService();
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
    await this.beginService();
  }

  /** @throws {TidelockError} INTERNAL where a part cannot start, or what the storage says that is away. */
  private async beginService(): Promise<void> {
    if (this.life === undefined) throw new Error('the part "opened" has not started');
    try {
      this.service = await this.life.begin(this.unsealed);
    } catch (cause) {
      this.logger.error('the service could not get ready after the unseal; it is sealed again', {
        reason: reasonOf(cause),
      });
      throw isTidelockError(cause) && cause.status === 503 ? cause : new TidelockError('INTERNAL', { cause });
    }
  }

  private endService(): Promise<void> {
    const { service } = this;
    this.service = undefined;
    return service?.end() ?? Promise.resolve();
  }

  private async close(): Promise<void> {
    this.ready = false;
    this.reopening.end();
    this.forgetShares();
    await this.rest();
    this.barrier.seal();
  }

  private async rest(): Promise<void> {
    // What stands on the barrier puts its affairs in order first, which takes keys; it cannot hold the seal up for long.
    this.closing = this.endService();
    await Promise.race([this.closing, sleep(PATIENCE_MS, undefined, { ref: false })]);
  }

  private forgetShares(): void {
    this.shares.forget();
    this.nonce = '';
  }
}
