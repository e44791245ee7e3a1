import { randomBytes } from 'node:crypto';
import { Barrier } from '@tidelock/barrier';
import type { EngineContext, EngineLifecycle, Intent, MountView, RequestScope } from '@tidelock/engine-api';
import { MemoryStorage, mountView } from '@tidelock/engine-testing';
import { TestRuntime } from '@tidelock/core/runtime/testing';
import { scopeOf } from '@tidelock/core/scope';
import { isTidelockError, type Logger, silentLogger } from '@tidelock/kernel';
import { type ClusterStore, openStore, type Store, type UnitLimits, type UnitOfWork } from '@tidelock/store';
import { Attempts } from './attempts';
import type { Asker } from './calls';
import { OutsideRoom } from './outside-room';

export const NOON = 1_700_000_000_000;
export const SECOND = 1000;
export const MOUNT = mountView('ldap');

export const ASKER: Asker = { place: MOUNT.path, mount: MOUNT.uuid };

const OPEN = { use: <T>(work: (state: unknown) => Promise<T>): Promise<T> => work(undefined) };

/** What a handler is given here. */
export interface Run {
  readonly unit: UnitOfWork;
  readonly scope: RequestScope;
  readonly mount: MountView;
}

/** A directory outside, and the engine that keeps users in it. */
export class Directory implements EngineLifecycle {
  readonly users = new Set<string>();
  /** Names of those that were made, in order; each as often as that was done. */
  readonly made: string[] = [];
  readonly undone: unknown[] = [];
  /** What undoing throws. */
  failure: Error | undefined;

  create(name: string): void {
    this.users.add(name);
    this.made.push(name);
  }

  async undoIntent({ facts }: Intent, _at: EngineContext): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    this.undone.push(facts['name']);
    this.users.delete(String(facts['name']));
  }
}

export const intentOf = (name: string): Intent => ({ kind: 'create-user', facts: { name } });

export async function memoryStore(): Promise<ClusterStore> {
  const rootKey = randomBytes(32);
  const barrier = new Barrier();
  barrier.unseal(rootKey, Barrier.newKeyring(rootKey, NOON));
  return openStore({ kind: 'inmem' }, barrier, { logger: silentLogger });
}

/** The room of one process over a store, which may have had others before. */
export class Process {
  readonly runtime: TestRuntime;
  readonly room: OutsideRoom;
  readonly errors: unknown[][] = [];
  readonly warnings: unknown[][] = [];
  /** The engine of `MOUNT`; `undefined`: this build has none. */
  engine: EngineLifecycle | undefined;
  mounted = true;

  constructor(
    readonly store: Store,
    readonly directory: Directory,
    began = NOON,
    begin: Store['begin'] = (limits) => store.begin(limits),
  ) {
    const logger: Logger = {
      ...silentLogger,
      error: (...call: unknown[]) => void this.errors.push(call),
      warn: (...call: unknown[]) => void this.warnings.push(call),
    };
    this.engine = directory;
    this.runtime = new TestRuntime(began, silentLogger);
    this.room = new OutsideRoom({
      store,
      attempts: new Attempts({ transact: (work) => transact(begin, work) }),
      mountOf: (_unit, uuid) => (this.mounted && uuid === MOUNT.uuid ? this.mountedEngine() : undefined),
      timers: this.runtime,
      clock: this.runtime.clock,
      logger,
    });
  }

  /** Takes up its tasks, and does what is due. */
  async start(): Promise<void> {
    await this.runtime.root.begin(this.room.intents);
    await this.runtime.advance(0);
  }

  /** As the pipeline runs a request: a unit for each run, committed if it holds anything; again where another commit was faster. */
  request<T>(handler: (run: Run) => Promise<T>, asker: Asker = ASKER, limits: UnitLimits = {}): Promise<T> {
    const begin = (): UnitOfWork => this.store.begin(limits);
    return this.room.attempts.run(
      () => asker,
      (join) =>
        transact(begin, (unit) =>
          handler({ unit: join(unit), scope: scopeOf(unit), mount: MOUNT }).finally(() =>
            this.room.attempts.requireAnswered(unit),
          ),
        ),
    );
  }

  /** A handler's effect: a user outside. */
  act(run: Run, name: string, act = async (): Promise<void> => this.directory.create(name)): Promise<void> {
    return this.room.act(run, intentOf(name), act);
  }

  intents(): Promise<string[]> {
    return this.store.local.keys('core/intent/');
  }

  private mountedEngine() {
    return { mount: MOUNT, ...(this.engine && { instance: this.engine, open: OPEN, storage: new MemoryStorage() }) };
  }
}

export async function write(store: Store, key: string, value = 'x'): Promise<void> {
  const unit = store.begin();
  unit.replicated.put(key, Buffer.from(value));
  await unit.commit();
}

/** As the store's, over units that the spec may have bent. */
async function transact<T>(begin: () => UnitOfWork, work: (unit: UnitOfWork) => Promise<T>): Promise<T> {
  for (;;) {
    const unit = begin();
    try {
      const result = await work(unit);
      await unit.commit();
      return result;
    } catch (error) {
      if (!isTidelockError(error, 'WRITE_CONFLICT')) throw error;
    }
  }
}
