import type { Admission } from '../join/joiner';
import { type ActivationBundle, type BootstrapSecrets, identityOf } from '../join/bundle';
import type { FollowedStream } from '../follow/followed-stream';
import type { CallOptions } from '../cluster-port/cluster-client';
import { FollowedKeys } from '../keys/followed-keys';
import { PrimaryLink } from './primary-link';
import type { BrokerSettings } from '../ports/stream';
import { type Credentials, NO_ROLE, readCredentials, type Role, writeCredentials, writeRole } from './role-store';
import type { ReplicationParts } from './settings';

/** What following a stream needs. The broker is an adapter, so it is opened by the composition. */
export interface FollowOrder {
  readonly role: Role;
  readonly credentials: Credentials;
  readonly broker: BrokerSettings;
  readonly link: PrimaryLink;
  readonly keys: FollowedKeys;
  /** The first copy is complete. */
  readonly onBootstrapped: () => Promise<void>;
}

export type OpenFollower = (order: FollowOrder) => FollowedStream;

/** A cluster while it is a secondary: follows its primary's stream, asks it for what the stream does not tell. */
export class SecondaryRole {
  private constructor(
    private readonly parts: ReplicationParts,
    private current: Role,
    private readonly credentials: Credentials,
  ) {}

  private link!: PrimaryLink;
  private keys!: FollowedKeys;
  private follower!: FollowedStream;

  /**
   * Turns this cluster into a secondary of another set: everything it had is put aside or deleted, and it goes on with the
   * set's keys. Durable when this returns: a restart resumes the first copy.
   */
  static async takeOver({ store, barrier, settings, logger }: ReplicationParts, { bundle, secrets, rotationPrivateKey }: Admission): Promise<void> {
    const keptAside = await store.startOver(settings.discardWipedStore);
    logger.warn('this cluster joins a replication set; its former store was put aside', { keptAside: keptAside ?? 'deleted' });
    const records = [
      { key: 'keyring', value: Buffer.from(secrets.keyring, 'base64') },
      { key: 'seal-config', value: Buffer.from(secrets.sealConfig, 'base64') },
    ];
    barrier.unseal(Buffer.from(secrets.rootKey, 'base64'), records[0]?.value as Buffer);
    await store.applySync(records, (unit) => {
      writeRole(unit.local, roleOf(bundle, secrets));
      writeCredentials(unit.local, { ...credentialsOf(bundle, secrets), rotationPrivateKey });
    });
  }

  static async start(parts: ReplicationParts, role: Role, openFollower: OpenFollower): Promise<SecondaryRole> {
    const secondary = new SecondaryRole(parts, role, await readCredentials(parts.store.local));
    parts.store.epoch = role.epoch;
    secondary.open(openFollower);
    secondary.link.start();
    secondary.follower.start();
    return secondary;
  }

  async stop(): Promise<void> {
    this.link.stop();
    await this.follower.stop();
  }

  get role(): Role {
    return this.current;
  }

  get primary(): PrimaryLink {
    return this.link;
  }

  get stream(): FollowedStream {
    return this.follower;
  }

  call<T>(name: string, body: unknown, options?: CallOptions): Promise<T> {
    return this.link.call<T>(name, body, options);
  }

  /** Asks the primary for the keys of the stream that is followed. */
  refreshStreamKeys(): Promise<void> {
    return this.keys.refresh();
  }

  private open(openFollower: OpenFollower): void {
    const { parts, credentials } = this;
    const { settings, store, clock, logger, host } = parts;
    const broker = settings.broker ?? credentials.broker;
    if (broker === undefined) throw new Error('neither the configuration nor the activation names a broker');
    this.link = new PrimaryLink(clock, logger, this.current, credentials, {
      report: () => ({ apiAddr: settings.apiAddr, clusterAddr: settings.clusterAddr, appliedIndex: store.position().replicatedIndex }),
      appliedTime: () => this.follower.applier.status().appliedTime,
      learned: (addresses, apiAddr) => this.become({ ...this.current, knownPrimaryClusterAddrs: addresses, primaryApiAddr: apiAddr }),
    });
    this.keys = new FollowedKeys({ store, secondaryId: this.current.secondaryId, clock, logger, call: (name, body) => this.link.call(name, body) }, credentials);
    this.follower = openFollower({
      role: this.current,
      credentials,
      broker,
      link: this.link,
      keys: this.keys,
      onBootstrapped: async () => {
        if (this.current.mode !== 'bootstrapping') return;
        await host.open(credentials.developmentRootToken);
        await this.become({ ...this.current, mode: 'secondary' });
      },
    });
  }

  private async become(role: Role): Promise<void> {
    this.current = role;
    const unit = this.parts.store.begin();
    writeRole(unit.local, role);
    await unit.commit();
  }
}

const roleOf = (bundle: ActivationBundle, secrets: BootstrapSecrets): Role => ({
  ...NO_ROLE,
  mode: 'bootstrapping',
  setId: bundle.set_id,
  epoch: secrets.epoch,
  secondaryId: bundle.secondary_id,
  knownPrimaryClusterAddrs: bundle.primary_cluster_addrs,
  primaryClusterAddr: bundle.primary_cluster_addrs[0] ?? '',
  primaryApiAddr: bundle.primary_api_addr,
});

const credentialsOf = (bundle: ActivationBundle, { streamKeys, broker, developmentRootToken }: BootstrapSecrets): Credentials => ({
  authority: { certificate: bundle.ca_certificate },
  identity: identityOf(bundle),
  streamKeys,
  broker,
  ...(developmentRootToken !== undefined && { developmentRootToken }),
});
