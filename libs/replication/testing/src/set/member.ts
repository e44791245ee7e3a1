import { Barrier, generateRootKey } from '@tidelock/barrier';
import { freePorts } from '@tidelock/dev-kafka';
import { RunningPart, systemTimers } from '@tidelock/core/runtime';
import { type Clock, silentLogger } from '@tidelock/kernel';
import { openStore, type ClusterStore, type StoreLocation } from '@tidelock/store';
import { type ReplicationHost, ReplicationNode, SetStreams } from '@tidelock/replication';
import type { MemoryBroker } from '@tidelock/stream/testing';
import { Commits, type Fate } from './commits';
import { reachedBroker } from './reached-broker';
import type { ActivationBundle } from '../../../src/join/bundle';
import type { MountRecords } from '../../../src/ports/mount-records';

const rootKey = generateRootKey();
/** All clusters of these sets have the same keys from the beginning: what becomes of keys has tests of its own. */
const keyring = Barrier.newKeyring(rootKey, 0);
const BROKER = { brokers: ['memory'], topicPrefix: 't' };
const PATIENCE_MS = 45_000;

/** A mount's record is its path; what it owns lies at `entry/<uuid>/`. */
const MOUNTS: MountRecords = {
  singletons: [],
  prefix: 'mount/',
  uuidIn: (key) => /^(?:mount|entry)\/([^/]+)/.exec(key)?.[1],
  isMarkOfPurge: () => false,
  isOfClients: () => true,
  entriesOf: (uuid) => `entry/${uuid}/`,
  describe: (key) => ({ path: `${key.slice('mount/'.length)}/`, accessor: key, singleton: false, level: 'data' }),
};

/** One cluster of a replication set, in this process: its memory can be thrown away at any transaction, its database stays. */
export class Member {
  store!: ClusterStore;
  node!: ReplicationNode;
  commits!: Commits;
  private runtime!: RunningPart;
  private unsealed: RunningPart | undefined;
  /** Nothing that it sends reaches the broker. */
  cut = false;
  /** What its clock is ahead of the world's, ms. */
  ahead = 0;
  private readonly clock: Clock = { now: () => Date.now() + this.ahead };

  private constructor(
    private readonly location: StoreLocation,
    private readonly broker: MemoryBroker,
    private readonly port: number,
    private readonly given: Partial<ReplicationHost>,
  ) {}

  /** @param given what the rest of its node does, in place of nothing. */
  static async create(
    location: StoreLocation,
    broker: MemoryBroker,
    given: Partial<ReplicationHost> = {},
  ): Promise<Member> {
    // It listens on it only while it is the primary: no connection of this machine may have the port meanwhile.
    const [port] = (await freePorts(1)) as [number];
    const member = new Member(location, broker, port, given);
    await member.open();
    const unit = member.store.begin();
    unit.replicated.putSealed('keyring', keyring);
    unit.replicated.putSealed('seal-config', Buffer.from('{}'));
    await unit.commit();
    return member;
  }

  /** The process begins, on whatever its database holds. */
  private async open(): Promise<void> {
    const barrier = new Barrier();
    barrier.unseal(rootKey, keyring);
    this.store = await openStore(this.location, barrier, { logger: silentLogger });
    this.commits = new Commits(this.store);
    const clusterAddr = `https://127.0.0.1:${this.port}`;
    this.node = new ReplicationNode(
      {
        store: this.store,
        barrier,
        clock: this.clock,
        logger: silentLogger,
        mounts: MOUNTS,
        settings: {
          apiAddr: '',
          clusterAddr,
          clusterListener: { host: '127.0.0.1', port: this.port },
          broker: BROKER,
          development: false,
          discardWipedStore: true,
          journalBudgetBytes: 1e9,
        },
        host: this.host(),
        access: {
          principalOf: () => undefined,
          preview: async () => NOT_NEEDED,
          allow: async () => NOT_NEEDED,
          forbid: async () => NOT_NEEDED,
        },
        probe: { listens: async () => undefined, reach: async () => undefined, read: async () => undefined },
      },
      new SetStreams({
        store: this.store,
        broker: reachedBroker(this.broker, () => this.cut),
        clock: this.clock,
        logger: silentLogger,
      }),
    );
    this.runtime = RunningPart.root('node', { timers: systemTimers, clock: this.clock, logger: silentLogger });
    await this.unseal();
  }

  async unseal(): Promise<void> {
    await this.node.load();
    this.unsealed = await this.runtime.begin({ name: 'unsealed' });
    await this.unsealed.begin(this.node);
  }

  async seal(): Promise<void> {
    await this.unsealed?.end();
  }

  failAfter(count: number, fate: Fate): void {
    this.commits.failAfter(count, fate);
  }

  /** Throws away all that the process remembers, and begins it anew. */
  async restart(): Promise<void> {
    await this.close();
    await this.open();
  }

  async close(): Promise<void> {
    this.commits.abandon();
    await this.runtime.end();
    await this.store.close();
  }

  async write(key: string, value: string): Promise<number> {
    const unit = this.store.begin();
    unit.replicated.put(key, Buffer.from(value));
    return (await unit.commit()).replicatedIndex;
  }

  async read(key: string): Promise<string | undefined> {
    return (await this.store.replicated.get(key))?.toString();
  }

  /** What waits by the clock meanwhile waits for little. */
  async inHaste<T>(work: () => Promise<T>): Promise<T> {
    const hurry = setInterval(() => (this.ahead += 1000), 10);
    return work().finally(() => clearInterval(hurry));
  }

  /** An activation of this primary's set. */
  async invite(id: string): Promise<ActivationBundle> {
    const unit = this.store.begin();
    const bundle = await this.node.requirePrimary().admit(id, { ttlSeconds: 60 }, unit.local);
    await unit.commit();
    return bundle;
  }

  /** Joins the set of a primary, wiping what it had. */
  async join(primary: Member, id: string): Promise<void> {
    this.unwrapped = await primary.invite(id);
    await this.node.join(await this.node.askForAdmission(ORDER));
  }

  /** Follows another primary of its set. */
  async rejoin(primary: Member, id: string): Promise<void> {
    this.unwrapped = await primary.invite(id);
    await this.node.rejoin(await this.node.askForReadmission(ORDER));
  }

  private unwrapped: ActivationBundle | undefined;

  get state(): string {
    return this.node.asSecondary?.stream?.status().state ?? 'idle';
  }

  async untilStreaming(): Promise<void> {
    await until('the stream to be followed', () => this.node.mode === 'secondary' && this.state === 'stream-wals');
  }

  private host(): ReplicationHost {
    return {
      calls: {},
      unwrap: async () => this.unwrapped,
      lookUp: async () => 'sys/replication/performance/primary/secondary-token',
      forwarded: async () => undefined,
      onRecord: (_, work) => work(),
      reopen: async (work) => {
        await this.seal();
        await work();
        await this.unseal();
      },
      open: async () => undefined,
      sealRowFor: async () => ({ key: 'seal', value: Buffer.from('{}') }),
      batchTokenKey: async () => '',
      endBatchTokens: async () => undefined,
      developmentRootToken: () => undefined,
      roleTaken: () => undefined,
      ...this.given,
    };
  }
}

const NOT_NEEDED = { state: 'not-needed', commands: [] } as const;
const ORDER = { token: 'token', primaryApiAddr: 'https://primary' };

/** Waits for something that comes about by itself. */
export async function until(what: string, probe: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + PATIENCE_MS; !(await probe()); await new Promise((wake) => setTimeout(wake, 5))) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
  }
}
