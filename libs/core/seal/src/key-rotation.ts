import type { Barrier } from '@tidelock/barrier';
import { unitOf } from '@tidelock/core/scope';
import { type KeyringFacts, KeyringService, type RequestScope, type RotationConfig } from '@tidelock/engine-api';
import { badRequest, type Logger, newUuid, reasonOf, TidelockError } from '@tidelock/kernel';
import { KEYRING, type ReplicatedReader, type Store, type UnitOfWork } from '@tidelock/store';

const CONFIG = 'core/rotate-config';
/** NIST SP 800-38D allows 2^32 random nonces for a key: 90 % of that. */
const MOST_OPERATIONS = 3_865_470_566;
const FEWEST_OPERATIONS = 1_000_000;
const SHORTEST_INTERVAL_SECONDS = 24 * 3600;
/** No set encrypts so often that a key is used up sooner, whatever one of its clusters tells. */
const SOONEST_BY_USE_MS = 3_600_000;

const STALE_ROOT_KEY =
  'this cluster has not got the root key of the last rekey; seal it and unseal it with the new unseal keys';

const DEFAULTS: RotationConfig = { enabled: true, intervalSeconds: 0, maxOperations: MOST_OPERATIONS };

/** Rotates the barrier's data key, and follows rotations that come by replication. */
export class KeyRotation extends KeyringService {
  private onKeyring: () => void = () => undefined;

  constructor(
    private readonly store: Pick<Store, 'begin' | 'replicated' | 'onCommit'>,
    private readonly barrier: Barrier,
    private readonly logger: Logger,
  ) {
    super();
  }

  /**
   * Takes every committed keyring into use, before whoever waits for the commit goes on.
   *
   * @param onKeyring after each keyring that came, whether it opened or not.
   * @returns the way to stop.
   */
  follow(onKeyring: () => void = () => undefined): () => void {
    this.onKeyring = onKeyring;
    return this.store.onCommit({
      committed: ({ replicatedKeys, keyring }) => {
        if (replicatedKeys.includes(KEYRING) && !this.barrier.sealed) this.take(keyring);
      },
      reloaded: () => {
        if (!this.barrier.sealed) this.take();
      },
    });
  }

  override facts(): KeyringFacts {
    return this.barrier.keyStatus;
  }

  override async rotate(scope: RequestScope, now: number): Promise<void> {
    await this.rotateIn(unitOf(scope), now);
  }

  /** Rotates when the configuration says so. For a timer, where replicated state is written. @returns whether it did. */
  async rotateIfDue(now: number): Promise<boolean> {
    if (this.barrier.sealed || !isDue(this.facts(), await readConfig(this.store.replicated), now)) return false;
    const unit = this.store.begin();
    unit.cause = { requestId: newUuid(), path: 'sys/rotate' };
    await this.rotateIn(unit, now);
    await unit.commit();
    return true;
  }

  override rotationConfig(scope: RequestScope): Promise<RotationConfig> {
    return readConfig(unitOf(scope).replicated);
  }

  override async configureRotation(scope: RequestScope, changes: Partial<RotationConfig>): Promise<void> {
    const { replicated } = unitOf(scope);
    const config = { ...(await readConfig(replicated)), ...changes };
    checkConfig(config);
    replicated.put(CONFIG, Buffer.from(JSON.stringify(config), 'utf8'));
  }

  /**
   * Reads the keyring first, so that of two rotations at once only one commits.
   *
   * @throws {TidelockError} SEALED where the root key in memory is not that of the store (a rekey, whose root key did not get here).
   */
  private async rotateIn(unit: UnitOfWork, now: number): Promise<void> {
    const stored = await unit.replicated.getSealed(KEYRING);
    if (stored !== undefined && !this.barrier.opens(stored))
      throw new TidelockError('SEALED', { text: STALE_ROOT_KEY });
    unit.replicated.putSealed(KEYRING, this.barrier.rotate(now));
  }

  private take(committed?: Buffer): void {
    if (committed !== undefined) return this.reload(committed);
    this.store.replicated
      .getSealed(KEYRING)
      .then((keyring) => keyring && this.reload(keyring))
      .catch((error: unknown) => this.logger.warn('the keyring could not be read anew', { reason: reasonOf(error) }));
  }

  /** Within a commit: it must not throw. */
  private reload(keyring: Buffer): void {
    try {
      this.barrier.reload(keyring);
    } catch {
      // In every rekey, on every secondary. A keyring that is damaged shows when the answer does not open it either.
      this.logger.info('the keyring is under a root key that is not in use here, as after a rekey: it is asked for');
    }
    this.onKeyring();
  }
}

async function readConfig(from: Pick<ReplicatedReader, 'get'>): Promise<RotationConfig> {
  const bytes = await from.get(CONFIG);
  return bytes === undefined
    ? DEFAULTS
    : { ...DEFAULTS, ...(JSON.parse(bytes.toString('utf8')) as Partial<RotationConfig>) };
}

function isDue({ encryptions, installTime }: KeyringFacts, config: RotationConfig, now: number): boolean {
  const tooOld = config.intervalSeconds > 0 && now - installTime >= config.intervalSeconds * 1000;
  const usedUp = encryptions >= config.maxOperations && now - installTime >= SOONEST_BY_USE_MS;
  return config.enabled && (tooOld || usedUp);
}

function checkConfig({ intervalSeconds, maxOperations }: RotationConfig): void {
  if (maxOperations < FEWEST_OPERATIONS || maxOperations > MOST_OPERATIONS) {
    throw badRequest(`max_operations must be between ${FEWEST_OPERATIONS} and ${MOST_OPERATIONS}`);
  }
  if (intervalSeconds !== 0 && intervalSeconds < SHORTEST_INTERVAL_SECONDS) {
    throw badRequest('interval must be greater or equal to 24 hours');
  }
}
