import { Barrier, generateRootKey, type Seal, unwrapKeys, wrapKeys } from '@tidelock/barrier';
import type { KeyHolder } from '@tidelock/engine-api';
import { systemTimers, type Timers } from '@tidelock/core/runtime';
import { begin } from '@tidelock/core/runtime/testing';
import { type Logger, silentLogger } from '@tidelock/kernel';
import { shamirSeal } from '@tidelock/seals/shamir';
import type { UnitOfWork } from '@tidelock/store';
import { AttemptSlot } from './attempt-slot';
import { ClusterSeal } from './cluster-seal';
import { FakeStore } from './fake-store.testing';
import { KeyRotation } from './key-rotation';
import { Rekey } from './rekey';
import type { RekeyOrder } from './rekey-state';
import { RootGeneration, type TokenOrder } from './root-generation';
import { RootTokenIssuer } from './root-token-issuer';
import { SealManager } from './seal-manager';

export const NOW = 1_700_000_000_000;

export const ANYBODY: KeyHolder = { remoteAddress: '192.0.2.1', trusted: false, requestId: 'request-1' };
export const OPERATOR: KeyHolder = {
  remoteAddress: '192.0.2.2',
  trusted: true,
  requestId: 'request-2',
  caller: { displayName: 'token-ops', accessor: 'acc-2' },
};

class FakeTokens extends RootTokenIssuer {
  readonly made: string[] = [];
  forgotten = 0;

  async createRootToken(
    unit: UnitOfWork,
    clientToken = `hvs.${String(this.made.length).padStart(24, 'x')}`,
  ): Promise<string> {
    unit.replicated.put(`test/token/${this.made.length}`, Buffer.from(clientToken));
    this.made.push(clientToken);
    return clientToken;
  }

  override forget(): void {
    this.forgotten += 1;
  }
}

/** Unseals without operators: its key is a service's. */
export class ServiceSeal implements Seal {
  readonly type = 'service';
  readonly recoverable = true;
  /** The service does not answer. */
  away = false;
  private readonly key = generateRootKey();

  async wrap(rootKey: Buffer): Promise<Buffer> {
    return wrapKeys(this.answering(), rootKey, this.type);
  }

  async unwrap(wrapped: Buffer): Promise<Buffer> {
    return unwrapKeys(this.answering(), wrapped, this.type);
  }

  private answering(): Buffer {
    if (this.away) throw new Error('the service is away');
    return this.key;
  }
}

/** Time that flies: who waits for seconds waits for some milliseconds. */
export const hasty: Timers = {
  ...systemTimers,
  after: (milliseconds, call) => systemTimers.after(milliseconds / 100, call),
};

/** The whole room over a store in memory. */
export function sealRoom(records?: ReadonlyMap<string, Buffer>, own: Seal = shamirSeal, timers: Timers = systemTimers) {
  const barrier = new Barrier();
  const store = new FakeStore(barrier);
  for (const [key, value] of records ?? []) store.records.set(key, value);
  const tokens = new FakeTokens();
  const clock = { time: NOW, now: () => clock.time };
  const log: unknown[] = [];
  const logger: Logger = {
    ...silentLogger,
    info: (...line) => void log.push(line),
    warn: (...line) => void log.push(line),
    error: (...line) => void log.push(line),
  };
  const clusterSeal = new ClusterSeal({ shares: shamirSeal, own }, store.asStore(), barrier, silentLogger);
  const parts = { store: store.asStore(), barrier, clusterSeal, rootTokens: tokens, clock, timers, logger };
  const seal = new SealManager(parts);
  const rotation = new KeyRotation(store.asStore(), barrier, silentLogger);
  const rootGeneration = new RootGeneration(
    store.asStore(),
    barrier,
    tokens,
    new AttemptSlot<TokenOrder>('root generation', clock, logger),
    shamirSeal,
  );
  const rekey = new Rekey(
    store.asStore(),
    barrier,
    new AttemptSlot<RekeyOrder>('rekey', clock, logger),
    clock,
    clusterSeal,
  );
  rotation.follow();
  seal.carry({
    name: 'unsealed',
    start: async (life) => {
      for (const { slot } of [rootGeneration, rekey]) await life.begin(slot);
    },
  });
  void begin(seal, timers);
  return { barrier, store, tokens, seal, clusterSeal, rotation, rootGeneration, rekey, clock, log };
}

export async function unsealedRoom(shares = 3, threshold = 2, own?: Seal) {
  const room = sealRoom(undefined, own);
  const { keys, rootToken } = await room.seal.init(shares, threshold);
  for (const key of keys.slice(0, threshold)) await room.seal.unseal(key);
  return { ...room, keys, rootToken };
}
