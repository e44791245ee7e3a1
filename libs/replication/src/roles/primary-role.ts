import { setTimeout as sleep } from 'node:timers/promises';
import { badRequest, newUuid, TidelockError } from '@tidelock/kernel';
import type { CommitReceipt, LocalStore, StreamPosition } from '@tidelock/store';
import { SecondaryAccess } from '../access/secondary-access';
import { createAuthority, fingerprintOf, issueCertificate, type KeyPairPem, serverNameOf } from '../cluster-port/certificates';
import { ClusterServer } from '../cluster-port/cluster-server';
import type { ActivationBundle, BootstrapQuestion } from '../join/bundle';
import { answerBootstrap } from '../join/bootstrap-answer';
import { FULL_STREAM } from '../domain/stream-name';
import { Filtering } from '../filter/filtering';
import { streamNameOf } from '../filter/paths-filters';
import { keysOf } from '../keys/keys-of-stream';
import { recipientKeyIn } from '../keys/recipient-key';
import { answerStreamKeys, type StreamKeysAnswer } from '../keys/stream-keys-answer';
import { type RotatedKey, StreamKeyRotation } from '../keys/stream-key-rotation';
import { reapply, type ReapplyCall } from '../quarantine/reapply';
import { encodeEpochStart } from '../domain/epoch-start';
import { answerRenewal, type RenewalQuestion } from '../renewal/renewal-call';
import { RenewalTimer } from '../renewal/renewal-timer';
import { serverIdentity } from '../renewal/server-renewal';
import { merkleCalls, MerkleServer } from '../merkle/merkle-server';
import type { BrokerSettings } from '../ports/stream';
import { newStreamKey, type PublishedStream } from '../publish/published-stream';
import type { StreamView } from '../publish/stream-view';
import type { Succession } from '../publish/succession';
import type { HeartbeatAnswer, HeartbeatCall } from './heartbeat';
import { HeartbeatsReceived } from './heartbeats-received';
import { type Credentials, NO_ROLE, readCredentials, type Role, writeCredentials, writeRole } from './role-store';
import { DEFAULT_RETENTION_MS } from '../ports/stream';
import { SecondaryRegistry } from './secondary-registry';
import { setBroker } from './set-broker';
import type { ReplicationParts } from './settings';
import { streamTopic } from './topic';


/** What publishing needs. The broker is an adapter, so it is opened by the composition. */
export interface PublishOrder {
  readonly role: Role;
  readonly credentials: Credentials;
  readonly broker: BrokerSettings;
  /** A later epoch was found in the topic, or is there no more. */
  readonly onSuccession: (succession: Succession | undefined) => void;
  /** Index behind which journal rows are kept although they are published. */
  readonly keepAfter: () => number;
  /** The stream of a paths filter with its keys; absent = the full stream. */
  readonly filtered?: { readonly view: StreamView; readonly keys: readonly string[] };
}

export type OpenStream = (order: PublishOrder) => PublishedStream;

/**
 * Published journal rows that are kept, at most, until all secondaries have told that they have them: should one be promoted without them,
 * they are what goes into quarantine. Fewer while nobody has joined, for there may be former members of the set.
 */
const MOST_KEPT_ROWS = 100_000;
const KEPT_WITHOUT_SECONDARIES = 10_000;
/** How long a start waits to hear from the broker that there is no later epoch. */
const LOOK_MS = 2000;
const POLL_MS = 20;

/** A cluster while it is the primary of its set: publishes, admits secondaries, answers on the cluster port. */
export class PrimaryRole {
  readonly secondaries: SecondaryRegistry;
  readonly heartbeats: HeartbeatsReceived;
  /** What the secondaries may do at the broker. */
  readonly access: SecondaryAccess;
  /** Which of the state each of them is given. */
  readonly filtering: Filtering;
  private readonly merkle: MerkleServer;
  private readonly keys: StreamKeyRotation;
  private readonly broker: BrokerSettings;
  private readonly renewal: RenewalTimer;
  private server: ClusterServer | undefined;
  private stream: PublishedStream | undefined;

  private constructor(
    private readonly parts: ReplicationParts,
    private current: Role,
    private readonly credentials: Credentials,
    private readonly openStream: OpenStream,
  ) {
    this.secondaries = new SecondaryRegistry(parts.store, parts.logger);
    this.heartbeats = new HeartbeatsReceived(parts.clock);
    const { store, access, logger, settings } = parts;
    const broker = setBroker(settings, credentials);
    if (broker === undefined) throw new Error('this cluster is a primary, but its configuration names no broker');
    this.broker = broker;
    this.access = new SecondaryAccess({ store, access, logger, broker, setId: current.setId, topicOf: (id) => streamTopic(broker, current.setId, this.filtering.filters.streamOf(id)) });
    this.renewal = new RenewalTimer(async () => this.server?.useIdentity(await serverIdentity(parts, current.setId)), logger);
    this.keys = new StreamKeyRotation({
      ...parts,
      secondaries: this.secondaries,
      retentionMs: broker.retentionMs ?? DEFAULT_RETENTION_MS,
      publishedIndex: (stream) => this.filtering.publishedIndex(stream),
      streamOf: async (local, id) => streamNameOf((await this.filtering.filters.read(local))[id]),
    });
    this.merkle = new MerkleServer(store, () => this.requireStream().position());
    this.filtering = this.newFiltering();
  }

  /** Makes a new replication set with this cluster as its primary: durable when this returns, not yet running. */
  static async found({ store, clock }: ReplicationParts, primaryClusterAddr: string): Promise<Role> {
    const setId = newUuid();
    const authority = await createAuthority(setId, clock.now());
    const identity = await issueCertificate(authority, { name: serverNameOf(setId), usage: 'server' }, clock.now());
    const role: Role = { ...NO_ROLE, mode: 'primary', setId, epoch: 1, reign: newUuid(), primaryClusterAddr };
    const unit = store.begin();
    writeRole(unit.local, role);
    writeCredentials(unit.local, { authority, identity, streamKeys: [newStreamKey()] });
    await unit.commit();
    return role;
  }

  /** @param onSuccession told of a later epoch; nothing is published once that has begun. */
  static async start(parts: ReplicationParts, role: Role, openStream: OpenStream, onSuccession: PublishOrder['onSuccession']): Promise<PrimaryRole> {
    const primary = new PrimaryRole(parts, role, await readCredentials(parts.store.local), openStream);
    await primary.secondaries.load();
    await primary.access.load();
    parts.store.epoch = role.epoch;
    await primary.openJournal();
    await primary.publish(onSuccession);
    await primary.filtering.start();
    await primary.startServer();
    return primary;
  }

  async stop(): Promise<void> {
    this.secondaries.close();
    this.access.stop();
    this.renewal.stop();
    await this.filtering.stop();
    await this.stream?.stop();
    await this.server?.close();
  }

  get role(): Role {
    return this.current;
  }

  get streamStatus() {
    return this.stream?.status();
  }

  /** Waits until everything committed is published, canaries that come meanwhile included. @returns whether it is. */
  async drain(milliseconds: number): Promise<boolean> {
    const { clock } = this.parts;
    const deadline = clock.now() + milliseconds;
    while (this.unpublished > 0 && clock.now() < deadline) await sleep(POLL_MS);
    return this.unpublished === 0;
  }

  /** Mutations that the broker has not acknowledged. */
  get unpublished(): number {
    return this.position().replicatedIndex - this.published.index;
  }

  /** How far the stream is published. */
  get published(): StreamPosition {
    return this.requireStream().position();
  }

  /** Calls answered on the cluster port. */
  get calls() {
    return this.server?.calls;
  }

  /** Indexes as the status endpoint names them. */
  position(): CommitReceipt {
    return this.parts.store.position();
  }

  /** Gives secondaries another address from now on (`primary/enable` called again). */
  async advertise(primaryClusterAddr: string): Promise<void> {
    this.current = { ...this.current, primaryClusterAddr };
    const unit = this.parts.store.begin();
    writeRole(unit.local, this.current);
    await unit.commit();
  }

  /** Admits a secondary, with the caller's transaction: its certificate, and what it needs to find this cluster. */
  async admit(id: string, ttlSeconds: number, local: LocalStore): Promise<ActivationBundle> {
    const { authority } = this.credentials;
    if (authority.privateKey === undefined) throw new TidelockError('INTERNAL');
    const now = this.parts.clock.now();
    const expiresAt = now + ttlSeconds * 1000;
    const identity = await issueCertificate(authority as KeyPairPem, { name: id, usage: 'client' }, now);
    await this.secondaries.add(local, { id, state: 'pending', fingerprint: fingerprintOf(identity.certificate), createdAt: now, expiresAt });
    return {
      set_id: this.current.setId,
      secondary_id: id,
      client_certificate: identity.certificate,
      client_private_key: identity.privateKey,
      ca_certificate: authority.certificate,
      primary_cluster_addrs: this.clusterAddrs(),
      primary_api_addr: this.parts.settings.apiAddr,
      expires_at: expiresAt,
    };
  }

  async revoke(id: string): Promise<void> {
    if (id === '') throw badRequest('id must be specified');
    await this.secondaries.refuseDuring(id, async () => {
      // Before the new key exists: no answer that is under way may carry it.
      this.server?.disconnect(id);
      // Who never joined has no key of the stream.
      await this.keys.rotate(async (local) => {
        const wasActive = (await this.secondaries.revoke(local, id))?.state === 'active';
        const stream = await this.filtering.forget(local, id);
        return wasActive ? stream : undefined;
      });
    });
    this.heartbeats.forget(id);
    await this.access.forbid(id);
  }

  /** A new key for the stream, without revoking anybody. */
  async rotateStreamKey(): Promise<RotatedKey> {
    return (await this.keys.rotate()) as RotatedKey;
  }

  private newFiltering(): Filtering {
    const { parts, current, merkle, broker } = this;
    return new Filtering({
      ...parts,
      set: current.setId,
      reign: current.reign,
      secondaries: this.secondaries,
      whole: { stream: () => this.requireStream(), server: merkle },
      open: (view, keys) => this.openStream({
        role: this.current, credentials: this.credentials, broker, onSuccession: () => undefined, keepAfter: () => 0, filtered: { view, keys },
      }),
      withNewKey: (change) => this.keys.rotate(change),
      onMoved: (id) => this.access.moved(id),
    });
  }

  private async publish(onSuccession: PublishOrder['onSuccession']): Promise<void> {
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
      keepAfter: () => this.keepAfter(),
    });
    await this.stream.start();
    // A primary that comes back should not take writes before it knows that it still is one; a broker that is away holds nobody up.
    await Promise.race([outcome, sleep(LOOK_MS, undefined, { ref: false })]);
  }

  private keepAfter(): number {
    const { replicatedIndex } = this.position();
    const active = this.secondaries.active();
    if (active.length === 0) return replicatedIndex - KEPT_WITHOUT_SECONDARIES;
    return Math.max(this.heartbeats.lowestApplied(active), replicatedIndex - MOST_KEPT_ROWS);
  }

  /** From here on every mutation leaves a journal row; the set's first row tells where its stream begins. */
  private async openJournal(): Promise<void> {
    const { store } = this.parts;
    const isNew = (await store.local.row('stream', FULL_STREAM))?.value.toString() !== this.current.setId;
    if (isNew) await store.journal.trim(store.position().replicatedIndex);
    store.journal.enabled = true;
    // Behind all commits that were under way without a row: the stream starts after them.
    if (isNew) await store.journal.append('epoch-started', ({ epoch }) => encodeEpochStart({ epoch, reign: this.current.reign }));
  }

  private clusterAddrs(): string[] {
    const { primaryClusterAddr } = this.current;
    return [(primaryClusterAddr || this.parts.settings.clusterAddr).replace(/\/+$/, '')];
  }

  private async startServer(): Promise<void> {
    const { settings, store, host, logger } = this.parts;
    this.server = new ClusterServer({
      ...settings.clusterListener,
      authority: this.credentials.authority.certificate,
      identity: await serverIdentity(this.parts, this.current.setId),
      recognise: (fingerprint) => this.secondaries.recognise(fingerprint),
      logger,
      calls: {
        ...merkleCalls((secondaryId) => this.filtering.merkleOf(secondaryId)),
        bootstrap: async (question: BootstrapQuestion, peer) => {
          // First: who may have been given keys must be known as such, or a revocation would not change them.
          await this.secondaries.activate(peer.secondaryId, await recipientKeyIn(question.rotationKey), this.parts.clock.now());
          await this.access.allow(peer.secondaryId, question.broker);
          const { name } = await this.filtering.streamOf(peer.secondaryId);
          return answerBootstrap(this.parts, this.current, name, question);
        },
        'renew-certificate': async (question: RenewalQuestion, peer) =>
          answerRenewal({ local: store.local, clock: this.parts.clock, secondaries: this.secondaries }, question, peer.secondaryId),
        'stream-keys': async (_, peer) => this.answerStreamKeys(peer.secondaryId),
        heartbeat: async (call: HeartbeatCall, peer) => this.answerHeartbeat(call, peer.secondaryId),
        reapply: async (call: ReapplyCall) => reapply(store, call),
        'dynamic-filter': async (_, peer) => (await this.filtering.dynamicMounts(peer.secondaryId)) ?? null,
        forward: async (request: unknown, peer) => {
          await this.filtering.checkForwarded(peer.secondaryId, request);
          return host.forwarded(request, peer.secondaryId);
        },
      },
    });
    await this.server.listen();
    this.renewal.start();
  }

  private async answerStreamKeys(secondaryId: string): Promise<StreamKeysAnswer> {
    const { name } = await this.filtering.streamOf(secondaryId);
    const keys = keysOf(await readCredentials(this.parts.store.local), name);
    return answerStreamKeys({ name, keys }, await this.secondaries.publicKeyOf(secondaryId));
  }

  private async answerHeartbeat(call: HeartbeatCall, secondaryId: string): Promise<HeartbeatAnswer> {
    this.heartbeats.note(secondaryId, call);
    const { name, head } = await this.filtering.streamOf(secondaryId);
    return {
      clusterAddrs: this.clusterAddrs(),
      clusterAddr: this.parts.settings.clusterAddr,
      apiAddr: this.parts.settings.apiAddr,
      stream: name,
      index: head,
      epoch: this.current.epoch,
      time: this.parts.clock.now(),
    };
  }

  private requireStream(): PublishedStream {
    if (this.stream === undefined) throw new TidelockError('INTERNAL');
    return this.stream;
  }
}
