import { setTimeout as sleep } from 'node:timers/promises';
import type { Alive, Life } from '@tidelock/core/runtime';
import { badRequest, TidelockError } from '@tidelock/kernel';
import type { LocalStore, StreamPosition } from '@tidelock/store';
import { SecondaryAccess } from '../access/secondary-access';
import { ClusterServer } from '../cluster-port/cluster-server';
import type { Encoded } from '../cluster-port/codec';
import type { FirstOutcomes } from '../cluster-port/first-outcomes';
import { Filtering } from '../filter/filtering';
import type { CopiesFromSecondaries } from '../healing/record-copies';
import type { ActivationBundle } from '../join/bundle';
import { type RotatedKey, StreamKeyRotation } from '../keys/stream-key-rotation';
import { levelKept } from '../set-members/member-records';
import { requireOtherMember, signingCredentials } from '../membership/own-member';
import {
  type BrokerSettings,
  Checkpoints,
  DEFAULT_RETENTION_MS,
  FULL_STREAM,
  MerkleServer,
  type PublishedStream,
  streamTopic,
} from '@tidelock/stream';
import { ReapplyPermissions } from '../quarantine/reapply-permissions';
import { renewalTask, serverIdentity } from '../renewal/renewal';
import { clusterGate } from './cluster-gate';
import { HeartbeatsReceived } from './heartbeats-received';
import { type AdmissionOrder, invite } from './invitation';
import { JournalWatch } from './journal-watch';
import { primaryCalls } from './primary-calls';
import { keptAfter, openJournal } from './primary-journal';
import type { OnSuccession, OpenStream } from './publish-order';
import { previewRevocation, revokeKnown } from './revocation';
import { type Credentials, type Role, setBroker, writeRole } from '../membership/role-store';
import { SecondaryAdmission } from '../membership/secondary-admission';
import { SecondaryRegistry } from '../membership/secondary-registry';
import { SecondaryWatch } from './secondary-watch';
import type { ReplicationParts } from '../ports/parts';

export interface PrimaryParts extends ReplicationParts {
  readonly secondaryCopies: CopiesFromSecondaries;
  readonly life: Pick<Life, 'begin'>;
}

/** How long a start waits to hear from the broker that there is no later epoch. */
const LOOK_MS = 2000;

/** A cluster while it is the primary of its set: publishes, admits secondaries, answers on the cluster port. */
export class PrimaryRole {
  readonly secondaries: SecondaryRegistry;
  readonly heartbeats: HeartbeatsReceived;
  readonly access: SecondaryAccess;
  readonly filtering: Filtering;
  /** Former primaries that may write anew what their reign was cut off with. */
  readonly permissions = new ReapplyPermissions();
  private readonly outcomes = new Map<string, FirstOutcomes<Encoded>>();
  private readonly merkle: MerkleServer;
  private readonly keys: StreamKeyRotation;
  private readonly broker: BrokerSettings;
  readonly journal: JournalWatch;
  private server: ClusterServer | undefined;
  private stream: PublishedStream | undefined;
  private alive: Alive | undefined;
  private stopping: Promise<void> | undefined;

  private constructor(
    private readonly parts: PrimaryParts,
    private current: Role,
    private readonly credentials: Credentials,
    private readonly openStream: OpenStream,
  ) {
    this.secondaries = new SecondaryRegistry(parts.store, parts.logger, (certificate) =>
      this.server?.retire(certificate),
    );
    this.heartbeats = new HeartbeatsReceived(parts.clock);
    this.journal = new JournalWatch({
      ...parts,
      scanned: () => Math.min(this.requireStream().scanned(), this.filtering.scanned()),
    });
    const broker = setBroker(parts.settings, credentials);
    if (broker === undefined)
      throw new Error(
        'this cluster is a primary, but its configuration names no broker: add a broker "kafka" stanza and restart',
      );
    this.broker = broker;
    this.access = new SecondaryAccess({
      ...parts,
      broker,
      setId: current.setId,
      topicOf: (id) => streamTopic(broker, current.setId, this.filtering.filters.streamOf(id)),
    });
    this.keys = new StreamKeyRotation({
      ...parts,
      secondaries: this.secondaries,
      retentionMs: broker.retentionMs ?? DEFAULT_RETENTION_MS,
      publishedIndex: (stream) => this.filtering.publishedIndex(stream),
      streamOf: (unit, id) => this.filtering.streamIn(unit, id),
    });
    this.merkle = new MerkleServer(parts.store, () => this.requireStream().position());
    this.filtering = this.newFiltering();
  }

  /** @param onSuccession told of a later epoch; nothing is published once that has begun. */
  static async start(
    parts: PrimaryParts,
    role: Role,
    openStream: OpenStream,
    onSuccession: OnSuccession,
  ): Promise<PrimaryRole> {
    parts.store.useEpoch(role.epoch);
    const primary = new PrimaryRole(parts, role, await signingCredentials(parts, role), openStream);
    try {
      await primary.begin(onSuccession);
    } catch (error) {
      await primary.stop();
      throw error;
    }
    return primary;
  }

  private async begin(onSuccession: OnSuccession): Promise<void> {
    const { parts, current, heartbeats, journal } = this;
    this.alive = await parts.life.begin({
      name: 'primary',
      tasks: [
        // Of the full stream: the others find their own roots in its checkpoints.
        new Checkpoints(
          parts.store,
          parts.clock,
          () => parts.store.position().replicatedIndex > this.requireStream().scanned(),
        ),
        renewalTask(async () => this.server?.useIdentity(await serverIdentity(parts, current.setId))),
        new SecondaryWatch(heartbeats, parts.logger),
        { name: 'outcomes', every: 5000, run: () => this.outcomes.forEach((kept) => kept.dropOld()) },
        journal,
        this.access,
      ],
      start: (life) => this.bringUp(life, onSuccession),
    });
  }

  private async bringUp(life: Life, onSuccession: OnSuccession): Promise<void> {
    await this.secondaries.load();
    await this.access.load(life);
    await openJournal(this.parts, this.current);
    await this.publish(life, onSuccession);
    await this.filtering.start(life);
    await this.startServer();
  }

  /** Safe to repeat. */
  stop = (): Promise<void> => (this.stopping ??= this.end());

  private async end(): Promise<void> {
    this.secondaries.close();
    for (const kept of this.outcomes.values()) kept.end();
    await this.alive?.end();
    this.filtering.stop();
    await this.server?.close();
  }

  get role(): Role {
    return this.current;
  }

  get streamStatus() {
    return this.stream?.status();
  }

  /** Mutations that the broker has not acknowledged. */
  get unpublished(): number {
    return this.parts.store.position().replicatedIndex - this.published.index;
  }

  /** Whether a secondary has everything that this cluster has. */
  get hasFullCopy(): boolean {
    return this.secondaries.active().some((id) => this.filtering.filters.streamOf(id) === FULL_STREAM);
  }

  /** How far the stream is published. */
  get published(): StreamPosition {
    return this.requireStream().position();
  }

  get calls() {
    return this.server?.calls;
  }

  /** Gives secondaries another address from now on (`primary/enable` called again). */
  async advertise(primaryClusterAddr: string): Promise<void> {
    this.current = { ...this.current, primaryClusterAddr };
    const unit = this.parts.store.begin();
    writeRole(unit.local, this.current);
    await unit.commit();
  }

  /** Invites a secondary, with the caller's transaction. */
  async admit(id: string, { ttlSeconds, forwarding }: AdmissionOrder, local: LocalStore): Promise<ActivationBundle> {
    const { parts, current: role, credentials, secondaries } = this;
    await this.requireOther(id);
    const level = forwarding ?? (await levelKept(parts.store.replicated, id));
    if (level !== undefined) await this.filtering.filters.putLevel(local, id, level);
    return invite({ ...parts, role, credentials, secondaries }, id, ttlSeconds, local);
  }

  /**
   * Lets a former primary write anew, with one command, what its reign was cut off with.
   *
   * @returns until when, ms since the Unix epoch.
   * @throws {TidelockError} INVALID_REQUEST for an id that has not joined.
   */
  allowReapply(id: string, ttlSeconds: number): number {
    if (!this.secondaries.active().includes(id))
      throw badRequest(`no secondary with ID ${JSON.stringify(id)} has joined`);
    const until = this.parts.clock.now() + ttlSeconds * 1000;
    this.permissions.allow(id, until);
    return until;
  }

  /** What is still allowed so, for the status. */
  get reapplyAllowed() {
    return this.permissions.list(this.parts.clock.now());
  }

  /** What to tell the one who makes an activation token. */
  async activationWarnings(id: string): Promise<string[]> {
    const mayHaveHadFilter = this.current.epoch > 1 && this.filtering.filters.of(id) === undefined;
    const forgotten =
      `this cluster was promoted, and a promotion forgets paths filters: secondary "${id}" has none here and is given every ` +
      `replicated mount. If it is not to have them all, write primary/paths-filter/${id} before the token is used`;
    return [...(mayHaveHadFilter ? [forgotten] : []), ...(await this.access.warnings(id))];
  }

  /**
   * @returns whether it held the set's keys: it had joined, in this reign or an earlier one.
   * @throws {TidelockError} NOT_FOUND for an id that was never given: a slip of the pen must not look like a cut-off.
   */
  async revoke(id: string): Promise<boolean> {
    if (id === '') throw badRequest('id must be specified');
    await this.requireOther(id);
    const { parts, secondaries, filtering, keys, server } = this;
    const held = await revokeKnown(
      { ...parts, secondaries, filtering, keys, disconnect: () => server?.disconnect(id) },
      id,
    );
    this.heartbeats.forget(id);
    this.permissions.forget(id);
    await this.access.forbid(id);
    return held;
  }

  /** What that would do. @throws as `revoke` does. */
  async previewRevocation(id: string): ReturnType<typeof previewRevocation> {
    if (id === '') throw badRequest('id must be specified');
    await this.requireOther(id);
    return previewRevocation({ store: this.parts.store, filtering: this.filtering }, id);
  }

  /** A new key for the stream, without revoking anybody. */
  async rotateStreamKey(): Promise<RotatedKey> {
    return (await this.keys.rotate()) as RotatedKey;
  }

  private requireOther(id: string): Promise<void> {
    return requireOtherMember(this.parts.store.replicated, this.credentials.member, id);
  }

  private newFiltering(): Filtering {
    const { parts, current, merkle, broker } = this;
    return new Filtering({
      ...parts,
      set: current.setId,
      reign: current.reign,
      requireOther: (id) => this.requireOther(id),
      secondaries: this.secondaries,
      whole: { stream: () => this.requireStream(), server: merkle },
      open: (view, keys) =>
        this.openStream({ role: this.current, credentials: this.credentials, broker, filtered: { view, keys } }),
      withNewKey: (change) => this.keys.rotate(change),
      onMoved: (id) => this.access.moved(id),
    });
  }

  private async publish(life: Life, onSuccession: OnSuccession): Promise<void> {
    let looked: () => void = () => undefined;
    const outcome = new Promise<void>((resolve) => (looked = resolve));
    this.stream = this.openStream({
      role: this.current,
      credentials: this.credentials,
      broker: this.broker,
      onSuccession: (succession) => {
        onSuccession(succession);
        looked();
      },
      keepAfter: () => keptAfter(this.parts, this.secondaries, this.heartbeats),
    });
    await life.begin(this.stream);
    // A primary that comes back should not take writes before it knows that it still is one; a broker that is away holds nobody up.
    await Promise.race([outcome, sleep(LOOK_MS, undefined, { ref: false })]);
  }

  private async startServer(): Promise<void> {
    const { parts, secondaries, heartbeats, filtering, permissions, outcomes, access: brokerAccess } = this;
    this.server = new ClusterServer({
      ...parts.settings.clusterListener,
      authority: this.credentials.authority.certificate,
      identity: await serverIdentity(parts, this.current.setId),
      recognise: (fingerprint) => secondaries.recognise(fingerprint),
      logger: parts.logger,
      gate: clusterGate({ ...parts, admission: new SecondaryAdmission(parts.store, secondaries, parts.logger) }),
      bodyLimits: parts.host.calls,
      calls: primaryCalls({
        ...parts,
        role: () => this.current,
        secondaries,
        heartbeats,
        filtering,
        permissions,
        outcomes,
        brokerAccess,
      }),
    });
    await this.server.listen();
  }

  private requireStream(): PublishedStream {
    if (this.stream === undefined) throw new TidelockError('INTERNAL');
    return this.stream;
  }
}
