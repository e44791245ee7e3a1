import { type Alive, type Life, unlessEnded } from '@tidelock/core/runtime';
import { reasonOf, TidelockError } from '@tidelock/kernel';
import {
  type BrokerSettings,
  type FollowedStream,
  type FollowEffects,
  FULL_STREAM,
  writeSyncNote,
} from '@tidelock/stream';
import type { CallOptions } from '../cluster-port/cluster-client';
import { FollowedKeys } from '../keys/followed-keys';
import { askForSetKeys, type SetKeys } from '../keys/set-keys';
import { ClientRenewal } from '../renewal/client-renewal';
import { renewalTask } from '../renewal/renewal';
import type { LagHistory } from '../lag/lag-history';
import { CertificateWatch } from '../renewal/certificate-watch';
import { sendCopies } from '../healing/record-copies';
import { FollowedRole } from './followed-role';
import { LagWatch } from './lag-watch';
import { PrimaryLink } from './primary-link';
import { type Credentials, readCredentials, type Role, setBroker, writeCredentials } from '../membership/role-store';
import type { ReplicationParts } from '../ports/parts';

/** What following a stream needs. `SetStreams` opens it. */
export interface FollowOrder {
  readonly role: Role;
  readonly credentials: Credentials;
  readonly broker: BrokerSettings;
  readonly link: PrimaryLink;
  readonly keys: FollowedKeys;
  readonly effects: FollowEffects;
  /** The first copy is complete. */
  readonly onBootstrapped: () => Promise<void>;
}

/** What a secondary lives by. */
export interface SecondaryParts extends ReplicationParts {
  readonly life: Pick<Life, 'begin'>;
}

export type OpenFollower = (order: FollowOrder) => FollowedStream;

/** A batch of the stream may wait for it: shorter than the broker waits for a sign of life. */
const KEYS_PATIENCE_MS = 5000;
/** For the primary's answer to the first call with another certificate. */
const CONFIRM_MS = 10_000;

/** All other clusters together, in the count of uses of the data key. */
const THE_SET = 'set';

/** What a secondary has while it has a primary. */
interface Following {
  readonly link: PrimaryLink;
  readonly keys: FollowedKeys;
  readonly follower: FollowedStream;
  readonly certificate: ClientRenewal;
  readonly lag: LagWatch;
}

/** A cluster while it is a secondary: follows its primary's stream, asks it for what the stream does not tell. Idle without a primary. */
export class SecondaryRole {
  private constructor(
    private readonly parts: SecondaryParts,
    private readonly current: FollowedRole,
    private credentials: Credentials,
    private readonly openFollower: OpenFollower,
  ) {}

  private following: Following | undefined;
  private alive: Alive | undefined;
  private life: Life | undefined;
  /** The stream that is followed, while it lives. */
  private followed: Alive | undefined;
  private stopped = false;
  /** One change of stream at a time. */
  private moving: Promise<void> = Promise.resolve();

  static async start(parts: SecondaryParts, role: Role, openFollower: OpenFollower): Promise<SecondaryRole> {
    const secondary = new SecondaryRole(
      parts,
      new FollowedRole(parts.store, role),
      await readCredentials(parts.store.local),
      openFollower,
    );
    try {
      if (!role.idle) await secondary.follow();
    } catch (error) {
      await secondary.stop();
      throw error;
    }
    return secondary;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.following?.link.stop();
    await this.alive?.end();
    await this.moving;
  }

  /** Forgets the primary: no connection, nothing applied from here on. */
  async forgetPrimary(): Promise<void> {
    await this.stop();
    this.following = undefined;
    await this.current.change({ idle: true, knownPrimaryClusterAddrs: [] });
  }

  /** Uses these addresses of the same primary from now on, tried in this order. */
  async useAddresses(addresses: readonly string[]): Promise<void> {
    await this.current.change({ idle: false, knownPrimaryClusterAddrs: addresses });
  }

  get role(): Role {
    return this.current.value;
  }

  get primary(): PrimaryLink | undefined {
    return this.following?.link;
  }

  get lagHistory(): LagHistory | undefined {
    return this.following?.lag.history;
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
      throw new TidelockError(
        'PRIMARY_UNREACHABLE',
        'this secondary has no primary; give it one with secondary/update-primary',
      );
    }
    return this.following.link.call<T>(name, body, options);
  }

  /** What the set keeps in memory, from the primary; `undefined` without one. @throws what the calls throw. */
  async setKeys(): Promise<SetKeys | undefined> {
    if (this.following === undefined) return undefined;
    const { link, certificate } = this.following;
    return askForSetKeys({ call: (name, body) => link.call(name, body), renew: () => certificate.renew(true) });
  }

  /** Name of the stream that is followed: `full`, or a filter's id. */
  get streamName(): string {
    return this.credentials.stream ?? FULL_STREAM;
  }

  private async follow(): Promise<void> {
    const { parts, credentials } = this;
    const { settings, store, barrier, clock, logger } = parts;
    const link: PrimaryLink = new PrimaryLink(clock, logger, this.role, credentials, {
      report: () => ({
        apiAddr: settings.apiAddr,
        clusterAddr: settings.clusterAddr,
        appliedIndex: store.position().replicatedIndex,
        ...(!barrier.sealed && { keyUse: barrier.ownUse }),
      }),
      settled: () => store.settle(),
      appliedTime: () => this.stream?.applier.status().appliedTime,
      learned: (addresses, apiAddr) =>
        this.current.change({ knownPrimaryClusterAddrs: addresses, primaryApiAddr: apiAddr }),
      heard: (renew) => watch.look(renew),
      refused: () => watch.refused(),
      keyUsedElsewhere: (use) => barrier.noteUse(THE_SET, use),
      streamNamed: (name) => {
        this.moveTo(name);
        void this.following?.keys.askAgain();
      },
      wanted: (keys) => void sendCopies({ store, logger, call: (name, body) => link.call(name, body) }, keys),
    });
    const certificate = new ClientRenewal({
      store,
      barrier,
      clock,
      logger,
      call: (name, body) => link.call(name, body),
      use: (identity) => link.useIdentity(identity),
      confirm: async () => void (await link.probe(CONFIRM_MS)),
    });
    const watch = new CertificateWatch(barrier, certificate, logger);
    const lag = new LagWatch(clock, link, () => store.position().replicatedIndex);
    const renewal = renewalTask((signal) => unlessEnded(signal, certificate.renew()));
    this.alive = await parts.life
      .begin({
        name: 'secondary',
        tasks: [link.heartbeat, renewal, lag],
        start: (life) => {
          this.life = life;
          return this.open({ link, certificate, lag });
        },
        stop: () => link.stop(),
      })
      .catch((error: unknown) => {
        link.stop();
        throw error;
      });
  }

  /** Follows the stream that the credentials name. */
  private async open(base: Omit<Following, 'keys' | 'follower'>): Promise<void> {
    const { link } = base;
    const { parts, credentials, broker } = this;
    const { store, clock, logger, host } = parts;
    if (broker === undefined)
      throw new Error(
        'neither the configuration nor the activation names a broker: add a broker "kafka" stanza and restart',
      );
    const keys = new FollowedKeys(
      {
        store,
        secondaryId: this.role.secondaryId,
        clock,
        logger,
        call: (name, body) => link.call(name, body, { timeoutMilliseconds: KEYS_PATIENCE_MS }),
        onLateAnswer: () => this.stream?.restart('the primary has told its keys', false),
        onOtherStream: (name) => this.moveTo(name),
      },
      credentials,
    );
    const follower = this.openFollower({
      role: this.role,
      credentials,
      broker,
      link,
      keys,
      effects: this.effectsWith(keys),
      onBootstrapped: async () => {
        if (this.role.mode !== 'bootstrapping') return;
        await host.open(credentials.developmentRootToken);
        await this.current.change({ mode: 'secondary' });
      },
    });
    this.following = { ...base, keys, follower };
    this.followed = await this.life?.begin(follower);
  }

  /** The primary has this cluster follow another stream, because its paths filter was changed. */
  private moveTo(name: string): void {
    if (name === this.streamName) return;
    this.moving = this.moving
      .then(() => this.followOther())
      .catch((error: unknown) => {
        this.parts.logger.warn('another stream cannot be followed yet; trying again', {
          stream: name,
          reason: reasonOf(error),
        });
      });
  }

  /** The former stream's keys are forgotten with its name; what differs is found by comparison, before anything is applied. */
  private async followOther(): Promise<void> {
    const { following, parts } = this;
    if (following === undefined || this.stopped) return;
    const { name, keys } = await following.keys.fetch();
    if (name === this.streamName) return;
    await this.followed?.end();
    this.credentials = await parts.store.transact(async ({ local }) => {
      const { streamKeysSince: _since, lacksKeyAfter: _lacks, ...credentials } = await readCredentials(local);
      const other = { ...credentials, stream: name, streamKeys: keys };
      writeCredentials(local, other);
      writeSyncNote(local, { phase: 'due' });
      return other;
    });
    parts.logger.info('following another stream: the paths filter of this secondary was changed', { stream: name });
    if (!this.stopped) await this.open(following);
  }

  /** What this cluster has followed through counts when it is promoted itself, and when it asks whom to follow. */
  private effectsWith(keys: FollowedKeys): FollowEffects {
    const { current } = this;
    return {
      ofMessage: async ({ header: { kind, epoch, index }, body }, local) => {
        if (kind === 'key-rotated') return keys.rotated(body, index, local);
        return current.beginEpoch(local, { epoch, after: index - 1 });
      },
      ofSync: ({ position, epochs = current.value.epochs }, local) => current.skipEpochs(local, position.epoch, epochs),
    };
  }
}
