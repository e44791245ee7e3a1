import { Api, eventually } from './api';
import { ServerProcess } from './server-process';

/** Where a cluster keeps its data. */
export type StorageKind = 'sqlite' | 'postgresql';

export interface ClusterOrder {
  readonly kafka: string;
  readonly topicPrefix: string;
  readonly storage: StorageKind;
  /** Server part of a PostgreSQL address; a schema of its own is used per cluster. */
  readonly postgres?: string;
  readonly shares?: number;
  readonly threshold?: number;
  /** More HCL. */
  readonly config?: string;
  /** HCL in the place of the broker's block; `""` = none. */
  readonly broker?: string;
  /** Command that the server is run under (a bench pins it to a core). */
  readonly wrapper?: readonly string[];
  /** What Node runs in place of the built program. */
  readonly program?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Where its files go, for instance a small disk; default a new temporary folder. */
  readonly folder?: string;
}

let made = 0;

/** One Tidelock cluster: a built server process, initialised and unsealed, with its keys at hand. */
export class Cluster {
  /** Unseal keys; a secondary has its primary's. */
  keys: readonly string[] = [];
  rootToken = '';

  private constructor(
    readonly server: ServerProcess,
    /** How many of the keys unseal; a secondary's is its primary's. */
    public threshold: number,
  ) {}

  static async start(order: ClusterOrder): Promise<Cluster> {
    const server = await ServerProcess.start(
      {
        config: configurationOf(order),
        wrapper: order.wrapper ?? [],
        ...(order.env && { env: order.env }),
        ...(order.program && { program: order.program }),
      },
      order.folder,
    );
    const cluster = new Cluster(server, order.threshold ?? 1);
    await cluster.initialise(order.shares);
    return cluster;
  }

  /** New keys, for a server with an empty store; unsealed with them. */
  async initialise(shares = 1): Promise<void> {
    const init = await this.anonymous.must('POST', 'sys/init', {
      secret_shares: shares,
      secret_threshold: this.threshold,
    });
    this.keys = init.keys_base64;
    this.rootToken = init.root_token;
    await this.unseal();
  }

  get anonymous(): Api {
    return new Api(this.server.address);
  }

  get root(): Api {
    return new Api(this.server.address, this.rootToken);
  }

  async unseal(keys: readonly string[] = this.keys): Promise<void> {
    for (const key of keys.slice(0, this.threshold)) await this.anonymous.must('POST', 'sys/unseal', { key });
  }

  /** After a crash: the process again, on the same files, unsealed. */
  async restart(): Promise<void> {
    await this.server.start();
    await this.unseal();
  }

  /** A root token of this cluster, made with the unseal keys: how an operator gets in after a join. */
  async generateRoot(): Promise<Api> {
    const { nonce, otp } = await this.anonymous.must('POST', 'sys/generate-root/attempt', {});
    let encoded = '';
    for (const key of this.keys.slice(0, this.threshold)) {
      encoded = (await this.anonymous.must('POST', 'sys/generate-root/update', { key, nonce })).encoded_token;
    }
    const { data } = await this.anonymous.must('POST', 'sys/decode-token', { encoded_token: encoded, otp });
    this.rootToken = data.token;
    return this.root;
  }

  async status() {
    return (await this.anonymous.must('GET', 'sys/replication/performance/status')).data;
  }

  async enablePrimary(): Promise<void> {
    await this.root.must('POST', 'sys/replication/performance/primary/enable', {});
  }

  /** Joins this cluster to a primary, with a token of its (`order`: what else it is asked for), and waits until it follows the stream. Its old keys and tokens are gone. */
  async join(primary: Cluster, id: string, order: { readonly forwarding?: string } = {}): Promise<void> {
    const { wrap_info: wrapped } = await primary.root.must(
      'POST',
      'sys/replication/performance/primary/secondary-token',
      { id, ...order },
    );
    await this.root.must('POST', 'sys/replication/performance/secondary/enable', { token: wrapped.token });
    this.adoptKeysOf(primary);
    await this.untilStreaming();
  }

  async demote(): Promise<void> {
    await this.root.must('POST', 'sys/replication/performance/primary/demote', {});
  }

  async promote(force = false): Promise<void> {
    await this.root.must('POST', 'sys/replication/performance/secondary/promote', { force });
  }

  /** Follows another primary of the same set, without a wipe, and waits until it streams. */
  async follow(primary: Cluster, id: string): Promise<void> {
    const { wrap_info: wrapped } = await primary.root.must(
      'POST',
      'sys/replication/performance/primary/secondary-token',
      { id },
    );
    await this.root.must('POST', 'sys/replication/performance/secondary/update-primary', { token: wrapped.token });
    await this.untilStreaming();
  }

  /** After a join the primary's unseal keys are this cluster's, too. */
  adoptKeysOf(primary: Cluster): void {
    this.keys = primary.keys;
    this.threshold = primary.threshold;
  }

  async untilStreaming(): Promise<void> {
    await eventually('the secondary to follow the stream', async () => {
      const { mode, state } = await this.status();
      return mode === 'secondary' && state === 'stream-wals';
    });
  }

  /** The same for a secondary with a paths filter: the root is its stream's own. @returns the stream's name. */
  async untilInStepAs(id: string, primary: Cluster, patienceMs = 60_000): Promise<string> {
    return eventually(
      'equal merkle roots of the filtered stream',
      async () => {
        const [p, s] = [await primary.status(), await this.status()];
        const entry = p.secondaries.find(({ node_id }: { node_id: string }) => node_id === id);
        const sameStream = entry?.stream !== 'full' && entry?.stream === s.stream_followed && s.state === 'stream-wals';
        return (
          sameStream &&
          p.last_performance_wal <= s.last_remote_wal &&
          entry.merkle_root === s.merkle_root &&
          (s.stream_followed as string)
        );
      },
      patienceMs,
    );
  }

  /** Waits until this secondary has all that the primary has, merkle roots equal. */
  async untilInStepWith(primary: Cluster, patienceMs = 60_000): Promise<void> {
    await eventually(
      'equal merkle roots',
      async () => {
        const [p, s] = [await primary.status(), await this.status()];
        return p.last_performance_wal <= s.last_remote_wal && p.merkle_root === s.merkle_root;
      },
      patienceMs,
    );
  }
}

function configurationOf({ kafka, topicPrefix, storage, postgres, config = '', broker }: ClusterOrder): string {
  made += 1;
  const store =
    storage === 'sqlite'
      ? `storage "file" { path = "data" }`
      : `storage "postgresql" { connection_url = "${postgres}" schema = "tidelock_${process.pid}_${made}" }`;
  return `
    ${store}
    ${broker ?? `broker "kafka" { brokers = ["${kafka}"] topic_prefix = "${topicPrefix}" }`}
    ${config}
  `;
}
