import { on } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { badRequest, isTidelockError, newUuid } from '@tidelock/kernel';
import type { StreamPosition } from '@tidelock/store';
import {
  type Applier,
  type BrokerSettings,
  encodeEpochStart,
  FIRST_DIGEST,
  forgetSync,
  FULL_STREAM,
  markOf,
  newFence,
  newSigningKey,
  newStreamKey,
  type StreamConsumer,
  StreamKeyring,
  type StreamPublisher,
  streamTopic,
} from '@tidelock/stream';
import { createAuthority, issueCertificate, serverNameOf } from '../cluster-port/certificates';
import { hasEverything, mayReign, type OwnReign } from '../set-members/member';
import { memberWithKey } from '../set-members/member-records';
import { signerOf } from '../membership/own-member';
import { leftBehind, type SafetyCheck, promotionChecks, unfiltered } from './promotion-checks';
import {
  type Credentials,
  NO_ROLE,
  readCredentials,
  readRole,
  type Role,
  withEpoch,
  writeCredentials,
  writeRole,
} from '../membership/role-store';
import type { SecondaryRole } from '../secondary/secondary-role';
import type { ReplicationParts } from '../ports/parts';
import { unappliedMessages } from './unapplied-messages';

export interface BrokerAccess {
  readonly publisher: StreamPublisher;
  readonly consumer: StreamConsumer;
  /** Why the broker did not do as asked, for people. */
  readonly explain: (error: unknown) => string;
}

export interface PromotionOrder {
  readonly primaryClusterAddr: string;
  /** Promote although checks fail: what this cluster has not applied is lost to the set. */
  readonly force: boolean;
}

/** How long what the topic holds may take to be applied, once nothing more can come. */
const DRAIN_MS = 15_000;
const POLL_MS = 250;
const BY_FORCE =
  'Set force=true to promote nevertheless; writes that this cluster has not applied are then lost to the set';

/** Makes a secondary the primary of its set, in a new epoch (P6). */
export class Promotion {
  private readonly topic: string;
  /** The one to begin. */
  private readonly reign: OwnReign;

  constructor(
    private readonly parts: ReplicationParts,
    private readonly secondary: SecondaryRole,
    private readonly broker: BrokerSettings,
    private readonly access: BrokerAccess,
  ) {
    this.topic = streamTopic(broker, secondary.role.setId);
    this.reign = { epoch: secondary.role.epoch + 1, key: newSigningKey() };
  }

  checks(): Promise<SafetyCheck[]> {
    const { parts, secondary, access, topic } = this;
    return promotionChecks({ ...access, store: parts.store, secondary, topic });
  }

  /**
   * Waits a little for what is still on its way here.
   *
   * @throws {TidelockError} INVALID_REQUEST naming the checks that fail, unless forced.
   */
  async requireSafe({ force }: PromotionOrder): Promise<void> {
    for (const { detail } of unfiltered(this.secondary)) throw badRequest(`refusing to promote: ${detail}`);
    await this.requireMember(force);
    const { clock } = this.parts;
    const deadline = clock.now() + DRAIN_MS;
    let failing = await this.failing();
    while (
      !force &&
      failing.length > 0 &&
      failing.every(({ name }) => name === 'in-step') &&
      (await this.mayCatchUp()) &&
      clock.now() < deadline
    ) {
      // eslint-disable-next-line tidelock/recurring-timers -- the patience of a promotion
      await sleep(POLL_MS);
      failing = await this.failing();
    }
    if (force || failing.length === 0) return;
    throw badRequest(
      `refusing to promote: ${failing.map(({ name, detail }) => `check ${name} failed: ${detail}`).join('; ')}. ` +
        BY_FORCE,
    );
  }

  /** The others would not believe it. By force it may still begin where there is nobody else: they follow it once it has given them tokens. */
  private async requireMember(force: boolean): Promise<void> {
    const { local, replicated } = this.parts.store;
    const credentials = await readCredentials(local);
    const member =
      credentials.member &&
      (await memberWithKey(replicated, signerOf({ ...credentials, reign: this.reign }).memberKey));
    if (member && (mayReign(member) || (force && hasEverything(member)))) return;
    if (member && hasEverything(member)) {
      throw badRequest(
        'refusing to promote: its forwarding level is "data", so no other cluster of the set would follow it; revoke it on the primary and give it a token with forwarding=all. ' +
          'Where the primary is lost, set force=true, and give each of the others a token with secondary/update-primary',
      );
    }
    throw badRequest(
      'refusing to promote: by the records that it has, this cluster is no active member of its replication set with all of the data, ' +
        'and no other cluster of the set would follow it; give it a new token with secondary/update-primary',
    );
  }

  /** Nothing comes to a cluster that follows nobody, nor what does not open here. */
  private async mayCatchUp(): Promise<boolean> {
    return this.secondary.stream !== undefined && (await leftBehind(this.secondary, this.parts.store)) === undefined;
  }

  private async failing(): Promise<SafetyCheck[]> {
    return (await this.checks()).filter(({ passed }) => !passed);
  }

  /**
   * Shuts the old primary out of the topic and applies all that it had written there.
   *
   * @throws {TidelockError} INVALID_REQUEST when that fails, unless forced.
   */
  async takeStreamOver({ force }: PromotionOrder): Promise<void> {
    try {
      await this.fenceAndDrain();
    } catch (error) {
      const reason = this.access.explain(error);
      if (!force)
        throw isTidelockError(error)
          ? error
          : badRequest(`refusing to promote: the stream cannot be taken over: ${reason}`);
      this.parts.logger.warn('promoted by force without the end of the stream', { reason });
    }
  }

  /**
   * Starts the new epoch: role, keys and the first row of the epoch in one transaction. The secondary has been stopped before.
   *
   * A new CA and a new stream key: who was admitted by the old primary has to be admitted anew.
   *
   * @throws {TidelockError} INVALID_REQUEST, also when forced, where another cluster's epoch was followed since the promotion began: the next one begins
   *   a later one.
   */
  async startEpoch({ primaryClusterAddr }: PromotionOrder): Promise<Role> {
    const { store } = this.parts;
    const { setId, epochs, epoch: followed } = await readRole(store.local);
    const { epoch } = this.reign;
    if (followed >= epoch)
      throw badRequest(
        `refusing to promote: another cluster has begun epoch ${followed} meanwhile; give this one a token of it with secondary/update-primary`,
      );
    const place = await this.place();
    const credentials = await this.newCredentials();
    const former = await store.local.rows('secondary', { column: 'id', prefix: '' });
    let role: Role | undefined;
    store.useEpoch(epoch);
    try {
      await store.journal.append(
        'epoch-started',
        () => encodeEpochStart({ epoch, reign: (role as Role).reign }),
        (local, index) => {
          role = {
            ...NO_ROLE,
            mode: 'primary',
            setId,
            epoch,
            epochs: withEpoch(epochs, { epoch, after: index - 1 }),
            reign: newUuid(),
            primaryClusterAddr,
          };
          writeRole(local, role);
          writeCredentials(local, { ...credentials, streamKeys: [...credentials.streamKeys, newStreamKey(index)] });
          forgetSync(local);
          for (const { id } of former) local.delete('secondary', id);
          if (place !== undefined) local.put('stream', markOf(setId, place));
        },
      );
    } catch (error) {
      store.useEpoch(followed);
      throw error;
    }
    return role as unknown as Role;
  }

  private async fenceAndDrain(): Promise<void> {
    const { store, clock } = this.parts;
    const { role, stream } = this.secondary;
    const { publisher, consumer } = this.access;
    const credentials = await readCredentials(store.local);
    const keys = new StreamKeyring(credentials.streamKeys);
    await publisher.claim(this.topic);
    const at = (await store.streamPosition()) ?? {
      epoch: role.epoch,
      index: store.position().replicatedIndex,
      digest: FIRST_DIGEST,
      brokerOffset: '',
    };
    const fence = newFence(role.setId, at, {
      signer: signerOf({ ...credentials, reign: this.reign }),
      keys,
      now: clock.now(),
    });
    const applied = stream && fencePassed(stream.applier, fence.nonce);
    applied?.catch(() => undefined);
    await publisher.publish(this.topic, [fence.message]);
    if (applied !== undefined) {
      await applied;
      const untold = await leftBehind(this.secondary, store);
      if (untold !== undefined) throw badRequest(`refusing to promote: ${untold}`);
      return;
    }
    if (
      at.brokerOffset === '' ||
      (await unappliedMessages({ store, set: role.setId, consumer, topic: this.topic }, at)) > 0
    ) {
      throw badRequest(`refusing to promote: the stream holds messages that this cluster has not applied. ${BY_FORCE}`);
    }
  }

  /** Where publishing goes on; `undefined`: where this cluster's own publishing ended, which it never drained. */
  private async place(): Promise<StreamPosition | undefined> {
    const { store } = this.parts;
    const followed = await store.streamPosition();
    if (followed !== undefined) return followed;
    const { setId, epoch } = this.secondary.role;
    const own = await store.local.row('stream', FULL_STREAM);
    if (own?.value.toString() === setId && own.idx < store.position().replicatedIndex) return undefined;
    return { epoch, index: store.position().replicatedIndex, digest: FIRST_DIGEST, brokerOffset: '' };
  }

  private async newCredentials(): Promise<Credentials> {
    const { store, clock } = this.parts;
    const { setId } = this.secondary.role;
    const authority = await createAuthority(setId, clock.now());
    const identity = await issueCertificate(authority, { name: serverNameOf(setId), usage: 'server' }, clock.now());
    const { streamKeys, member } = await readCredentials(store.local);
    // The secondaries to come are told which broker to use, and so is this cluster's next start.
    return { authority, identity, ...(member && { member }), reign: this.reign, streamKeys, broker: this.broker };
  }
}

/** Resolves when everything before the fence is applied. */
async function fencePassed(applier: Applier, nonce: Buffer): Promise<void> {
  const signal = AbortSignal.timeout(DRAIN_MS);
  for await (const [fence] of on(applier, 'fence', { signal }))
    if ((fence as { nonce: Buffer }).nonce.equals(nonce)) return;
}
