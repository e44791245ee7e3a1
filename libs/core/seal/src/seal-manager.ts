import { Barrier } from '@tidelock/barrier';
import type { Life, Part, Task, Timers } from '@tidelock/core/runtime';
import { type InitResult, SealService, type SealStatus } from '@tidelock/engine-api';
import { badRequest, type Clock, isTidelockError, type Logger, newUuid, TidelockError } from '@tidelock/kernel';
import { type ClusterStore, KEYRING } from '@tidelock/store';
import { Availability } from './availability';
import type { ClusterSeal } from './cluster-seal';
import { Mutex } from './mutex';
import { RootTokenIssuer } from './root-token-issuer';
import { ShareCollection } from './share-collection';
import { parseShare, shareTexts } from './share-text';
import {
  checkShares,
  formerRootKeyIn,
  LastSharesConfig,
  newShares,
  openShares,
  readSharesConfig,
  requireSharesConfig,
  type SharesConfig,
  writeSharesConfig,
} from './shares-config';

const WRONG_KEYS =
  'unable to retrieve stored keys: invalid key: failed to decrypt keys from storage: cipher: message authentication failed';
const MISFITS = 'Unseal failed, invalid key';
const RIGHT_KEYS =
  '; after a rekey the new unseal keys are the right ones, and on a replication secondary those of its primary';

export interface SealParts {
  readonly store: Pick<ClusterStore, 'begin' | 'replicated' | 'tenure' | 'upgrade'>;
  readonly barrier: Barrier;
  readonly clusterSeal: ClusterSeal;
  readonly rootTokens: RootTokenIssuer;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger: Logger;
}

/** Initialises, unseals and seals this cluster. What stands on the open barrier lives as a part under this one. */
export class SealManager extends SealService implements Part {
  readonly name = 'opened';
  readonly tasks: readonly Task[];
  private readonly mutex = new Mutex();
  private readonly shares = new ShareCollection();
  private nonce = '';
  private readonly config: LastSharesConfig;
  private readonly availability: Availability;

  constructor(private readonly parts: SealParts) {
    super();
    this.config = new LastSharesConfig(parts.store);
    this.availability = new Availability({ ...parts, mutex: this.mutex });
    this.tasks = [this.availability.task];
  }

  get logger(): Logger {
    return this.parts.logger;
  }

  start(life: Life): void {
    this.availability.liveIn(life);
  }

  /** @param unsealed starts with each opening of the barrier, before an unseal is answered (a failure seals again), and ends before the keys go. */
  carry(unsealed: Part): void {
    this.availability.carry(unsealed);
  }

  override get sealed(): boolean {
    return this.availability.sealed;
  }

  /** Why ordinary requests cannot be served now, if they cannot. */
  refusal(): TidelockError | undefined {
    return this.availability.refusal();
  }

  override async status(): Promise<SealStatus> {
    const config = await this.config.read();
    const { t, n } = config ?? { t: 0, n: 0 };
    return {
      initialized: config !== undefined,
      sealed: this.sealed,
      standby: this.availability.isStandby,
      t,
      n,
      progress: this.shares.count,
      nonce: this.nonce,
      type: this.parts.clusterSeal.type,
      recoverable: this.parts.clusterSeal.recoverable,
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
      const config = await requireSharesConfig(this.parts.store.replicated);
      if (this.sealed) {
        await this.parts.clusterSeal.requireOwn();
        await this.takeShare(config, share);
      }
      return this.status();
    });
  }

  /** Unseals without operators, where this cluster's seal can. @throws what the seal throws; what `unseal` does. */
  recover(): Promise<void> {
    const { clusterSeal } = this.parts;
    return this.mutex.run(async () => {
      const config = this.sealed && clusterSeal.recoverable ? await this.config.read() : undefined;
      if (config === undefined) return;
      await clusterSeal.requireOwn();
      const rootKey = await clusterSeal.recover();
      if (rootKey !== undefined) await this.openWith(config, rootKey);
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
    return this.mutex.run(() => this.availability.reopen(work));
  }

  private async initialise(n: number, t: number, chosenToken?: string): Promise<InitResult> {
    const unit = this.parts.store.begin();
    unit.cause = { requestId: newUuid(), path: 'sys/init' };
    if (await readSharesConfig(unit.replicated)) throw badRequest('Vault is already initialized');
    checkShares(n, t);
    const { clusterSeal, barrier, clock } = this.parts;
    const { config, shares, rootKey } = await newShares(clusterSeal.seals.shares, n, t);
    const sealRow = await clusterSeal.rowFor(rootKey);
    const keyring = Barrier.newKeyring(rootKey, clock.now());
    barrier.unseal(rootKey, keyring);
    rootKey.fill(0);
    try {
      unit.local.put('cluster', sealRow);
      unit.replicated.putSealed(KEYRING, keyring);
      writeSharesConfig(unit.replicated, config);
      const rootToken = await this.parts.rootTokens.createRootToken(unit, chosenToken);
      await unit.commit();
      return { ...shareTexts(shares), rootToken };
    } finally {
      this.parts.rootTokens.forget();
      await this.close();
    }
  }

  private async takeShare(config: SharesConfig, share: Buffer): Promise<void> {
    if (this.nonce === '') this.nonce = newUuid();
    this.shares.add(share);
    if (this.shares.count < config.t) return;
    await this.openWith(config, await this.combine(config));
  }

  /** @param rootKey is overwritten. */
  private async openWith(config: SharesConfig, rootKey: Buffer): Promise<void> {
    try {
      await this.availability.open(async () => {
        await this.openKeyring(config, rootKey);
        await this.parts.store.upgrade();
        await this.parts.clusterSeal.keep();
      });
    } finally {
      rootKey.fill(0);
    }
  }

  private async combine(config: SharesConfig): Promise<Buffer> {
    this.nonce = '';
    try {
      return await this.shares.spend((shares) => openShares(this.parts.clusterSeal.seals.shares, config, shares));
    } catch (error) {
      throw badRequest(`${isTidelockError(error, 'CORRUPT_RECORD') ? WRONG_KEYS : MISFITS}${RIGHT_KEYS}`);
    }
  }

  private async openKeyring(config: SharesConfig, rootKey: Buffer): Promise<void> {
    const keyring = await this.parts.store.replicated.getSealed(KEYRING);
    if (keyring === undefined) throw new TidelockError('CORRUPT_RECORD', 'the keyring is missing from the store');
    try {
      this.parts.barrier.unseal(rootKey, keyring);
    } catch (error) {
      const former = formerRootKeyIn(config, rootKey);
      if (former === undefined) throw error;
      // A copy that was broken off: the shares of a rekey are here, its keyring is still to come.
      this.parts.barrier.unseal(former, keyring);
      this.parts.barrier.expectRootKey(rootKey);
      former.fill(0);
    }
  }

  private async close(): Promise<void> {
    this.forgetShares();
    await this.availability.close();
  }

  private forgetShares(): void {
    this.shares.forget();
    this.nonce = '';
  }
}
