import type { Admission } from '../join/joiner';
import { reasonOf, TidelockError } from '@tidelock/kernel';
import { identityOf } from '../join/bundle';
import type { FollowedStream } from '../follow/followed-stream';
import type { CallOptions } from '../cluster-port/cluster-client';
import { FollowedKeys } from '../keys/followed-keys';
import { renewClientCertificate } from '../renewal/client-renewal';
import { RenewalTimer } from '../renewal/renewal-timer';
import { PrimaryLink } from './primary-link';
import type { BrokerSettings } from '../ports/stream';
import { type Credentials, NO_ROLE, readCredentials, type Role, withEpoch, writeCredentials, writeRole } from './role-store';
import { setBroker } from './set-broker';
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

/** What a secondary has while it has a primary. */
interface Following {
  readonly link: PrimaryLink;
  readonly keys: FollowedKeys;
  readonly follower: FollowedStream;
  readonly renewal: RenewalTimer;
}

/** A cluster while it is a secondary: follows its primary's stream, asks it for what the stream does not tell. Idle without a primary. */
export class SecondaryRole {
  private constructor(
    private readonly parts: ReplicationParts,
    private current: Role,
    private readonly credentials: Credentials,
  ) {}

  private following: Following | undefined;

  /**
   * Turns this cluster into a secondary of another set: everything it had is put aside or deleted, and it goes on with the
   * set's keys. Durable when this returns: a restart resumes the first copy.
   */
  static async takeOver({ store, barrier, settings, logger }: ReplicationParts, admission: Admission): Promise<void> {
    const { secrets } = admission;
    const keptAside = await store.startOver(settings.discardWipedStore);
    logger.warn('this cluster joins a replication set; its former store was put aside', { keptAside: keptAside ?? 'deleted' });
    const records = [
      { key: 'keyring', value: Buffer.from(secrets.keyring, 'base64') },
      { key: 'seal-config', value: Buffer.from(secrets.sealConfig, 'base64') },
    ];
    barrier.unseal(Buffer.from(secrets.rootKey, 'base64'), records[0]?.value as Buffer);
    await store.applySync(records, (unit) => {
      writeRole(unit.local, roleOf(admission));
      writeCredentials(unit.local, credentialsOf(admission));
    });
  }

  static async start(parts: ReplicationParts, role: Role, openFollower: OpenFollower): Promise<SecondaryRole> {
    const secondary = new SecondaryRole(parts, role, await readCredentials(parts.store.local));
    parts.store.epoch = role.epoch;
    if (!role.idle) secondary.follow(openFollower);
    return secondary;
  }

  async stop(): Promise<void> {
    const { following } = this;
    following?.renewal.stop();
    following?.link.stop();
    await following?.follower.stop();
  }

  /** Forgets the primary: no connection, nothing applied from here on. */
  async forgetPrimary(): Promise<void> {
    await this.stop();
    this.following = undefined;
    await this.become({ ...this.current, idle: true, knownPrimaryClusterAddrs: [] });
  }

  /** Uses these addresses of the same primary from now on, tried in this order. */
  async useAddresses(addresses: readonly string[]): Promise<void> {
    await this.become({ ...this.current, idle: false, knownPrimaryClusterAddrs: addresses });
  }

  get role(): Role {
    return this.current;
  }

  get primary(): PrimaryLink | undefined {
    return this.following?.link;
  }

  get stream(): FollowedStream | undefined {
    return this.following?.follower;
  }

  /** The broker of the set, as this cluster reaches it. */
  get broker(): BrokerSettings | undefined {
    return setBroker(this.parts.settings, this.credentials);
  }

  /** @throws {TidelockError} PRIMARY_UNREACHABLE without a primary; what the call throws. */
  async call<T>(name: string, body: unknown, options?: CallOptions): Promise<T> {
    if (this.following === undefined) {
      throw new TidelockError('PRIMARY_UNREACHABLE', 'this secondary has no primary; give it one with secondary/update-primary');
    }
    return this.following.link.call<T>(name, body, options);
  }

  /** Asks the primary for the keys of the stream that is followed. */
  async refreshStreamKeys(): Promise<void> {
    await this.following?.keys.refresh();
  }

  private follow(openFollower: OpenFollower): void {
    const { parts, credentials } = this;
    const { settings, store, clock, logger, host } = parts;
    const { broker } = this;
    if (broker === undefined) throw new Error('neither the configuration nor the activation names a broker');
    const link: PrimaryLink = new PrimaryLink(clock, logger, this.current, credentials, {
      report: () => ({ apiAddr: settings.apiAddr, clusterAddr: settings.clusterAddr, appliedIndex: store.position().replicatedIndex }),
      appliedTime: () => this.stream?.applier.status().appliedTime,
      learned: (addresses, apiAddr) => this.become({ ...this.current, knownPrimaryClusterAddrs: addresses, primaryApiAddr: apiAddr }),
    });
    const keys = new FollowedKeys({ store, secondaryId: this.current.secondaryId, clock, logger, call: (name, body) => link.call(name, body) }, credentials);
    const follower = openFollower({
      role: this.current,
      credentials,
      broker,
      link,
      keys,
      onBootstrapped: async () => {
        if (this.current.mode !== 'bootstrapping') return;
        await host.open(credentials.developmentRootToken);
        await this.become({ ...this.current, mode: 'secondary' });
      },
    });
    follower.applier.on('epoch-started', ({ epoch, index }) => void this.noteEpoch(epoch, index));
    const renewal = new RenewalTimer(() => renewClientCertificate({
      store, clock, logger, call: (name, body) => link.call(name, body), use: (identity) => link.useIdentity(identity),
    }), logger);
    this.following = { link, keys, follower, renewal };
    link.start();
    renewal.start();
    follower.start();
  }

  /** What this cluster has followed through counts when it is promoted itself, and when it asks whom to follow. */
  private async noteEpoch(epoch: number, index: number): Promise<void> {
    const { store, logger } = this.parts;
    store.epoch = epoch;
    await this.become({ ...this.current, epoch, epochs: withEpoch(this.current.epochs, { epoch, after: index - 1 }) })
      .catch((error: unknown) => logger.warn('the epoch could not be noted', { epoch, reason: reasonOf(error) }));
  }

  private async become(role: Role): Promise<void> {
    this.current = role;
    const unit = this.parts.store.begin();
    writeRole(unit.local, role);
    await unit.commit();
  }
}

export const roleOf = ({ bundle, secrets }: Admission): Role => ({
  ...NO_ROLE,
  mode: 'bootstrapping',
  setId: bundle.set_id,
  epoch: secrets.epoch,
  epochs: secrets.epochs,
  secondaryId: bundle.secondary_id,
  knownPrimaryClusterAddrs: bundle.primary_cluster_addrs,
  primaryClusterAddr: bundle.primary_cluster_addrs[0] ?? '',
  primaryApiAddr: bundle.primary_api_addr,
});

export const credentialsOf = ({ bundle, secrets: { streamKeys, broker, developmentRootToken }, rotationPrivateKey }: Admission): Credentials => ({
  authority: { certificate: bundle.ca_certificate },
  identity: identityOf(bundle),
  streamKeys,
  broker,
  rotationPrivateKey,
  ...(developmentRootToken !== undefined && { developmentRootToken }),
});
