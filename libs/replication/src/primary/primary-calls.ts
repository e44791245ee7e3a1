import { setImmediate as publishersTurn } from 'node:timers/promises';
import { newUuid, TidelockError } from '@tidelock/kernel';
import type { UnitOfWork } from '@tidelock/store';
import type { SecondaryAccess } from '../access/secondary-access';
import type { ClusterCall, ClusterPeer } from '../cluster-port/cluster-server';
import { CallBody, isRecord } from '../cluster-port/call-body';
import { type CallFailure, Encoded, failureOf } from '../cluster-port/codec';
import { FirstOutcomes } from '../cluster-port/first-outcomes';
import { presentMoment } from '../cluster-port/moment';
import { within } from '../cluster-port/timeliness';
import type { Filtering } from '../filter/filtering';
import { answerBootstrap } from '../join/bootstrap-answer';
import { type BootstrapQuestion, bootstrapQuestionIn } from '../join/bundle';
import { credibleUse } from '../keys/credible-use';
import { answerSetKeys } from '../keys/set-keys';
import { answerStreamKeys, type StreamKeysAnswer } from '../keys/stream-keys-answer';
import { type Member, mayMakeBatchTokens, requireOwnKey } from '../set-members/member';
import { formerly, putMember, readMember } from '../set-members/member-records';
import { publicKeyOf } from '../membership/own-member';
import { merkleCalls } from '../merkle/merkle-calls';
import type { ReapplyPermissions } from '../quarantine/reapply-permissions';
import { reapplyCallIn, requireReappliable } from '../quarantine/reapply-rules';
import { reapply, type ReapplyCall } from '../quarantine/reapply';
import { answerRenewal, renewalQuestionIn } from '../renewal/renewal';
import { FULL_STREAM } from '@tidelock/stream';
import type { CopiesFromSecondaries, RecordCopy } from '../healing/record-copies';
import { hostCalls } from './host-calls';
import { type HeartbeatAnswer, type HeartbeatCall, heartbeatIn } from '../cluster-port/heartbeat';
import type { HeartbeatsReceived } from './heartbeats-received';
import { clusterAddrsOf } from './invitation';
import { keysOf, readCredentials, type Role } from '../membership/role-store';
import type { SecondaryRegistry } from '../membership/secondary-registry';
import type { ReplicationParts } from '../ports/parts';

export interface Answering extends ReplicationParts {
  /** The role as it is now. */
  readonly role: () => Role;
  readonly secondaries: SecondaryRegistry;
  readonly heartbeats: HeartbeatsReceived;
  readonly brokerAccess: SecondaryAccess;
  readonly filtering: Filtering;
  readonly secondaryCopies: CopiesFromSecondaries;
  readonly permissions: ReapplyPermissions;
  /** By secondary: none pushes out another's. */
  readonly outcomes: Map<string, FirstOutcomes<Encoded>>;
}

/** What a primary answers its secondaries on the cluster port, by the names of the calls. */
export function primaryCalls(primary: Answering): ReadonlyMap<string, ClusterCall> {
  const { store, clock, host, secondaries, filtering, outcomes } = primary;
  return new Map<string, ClusterCall>(
    Object.entries({
      // First: none of them takes the place of one below.
      ...hostCalls(host, filtering),
      ...merkleCalls(
        (secondaryId) => filtering.merkleOf(secondaryId),
        () => primary.role().epochs,
      ),
      bootstrap: async (sent: unknown, { secondaryId, remoteAddress }) => {
        const question = await bootstrapQuestionIn(sent);
        // First: who may have been given keys must be known as such, or a revocation would not change them.
        await secondaries.activate(
          secondaryId,
          question.rotationKey,
          clock.now(),
          await registration(primary, question, secondaryId),
        );
        await primary.brokerAccess.allow(secondaryId, question.broker);
        return ofItsStream(filtering, secondaryId, async (name) => {
          primary.logger.info('a secondary joins the set', { secondary: secondaryId, remoteAddress, stream: name });
          return answerBootstrap(primary, primary.role(), name, question);
        });
      },
      'renew-certificate': async (sent: unknown, peer) =>
        answerRenewal({ ...primary, local: store.local }, renewalQuestionIn(sent), peer),
      'stream-keys': async (_, { secondaryId }) => streamKeysFor(primary, secondaryId),
      'set-keys': async (sent: unknown, peer) =>
        answerSetKeys(
          {
            barrier: primary.barrier,
            isRenewed: (term) => secondaries.isRenewed(peer.secondaryId, peer.certificate, term),
            batchTokenKey: await batchTokenKeyFor(primary, peer.secondaryId),
          },
          sent,
        ),
      heartbeat: async (sent: unknown, peer) => answerHeartbeat(primary, heartbeatIn(sent), peer),
      mend: async (sent: unknown) =>
        primary.secondaryCopies.take(new CallBody('a body of mend', sent).list('copies', isCopy)),
      reapply: async (sent: unknown, { secondaryId }) => reapplyFor(primary, reapplyCallIn(sent), secondaryId),
      'dynamic-filter': async (_, { secondaryId }) => (await filtering.dynamicMounts(secondaryId)) ?? null,
      forward: async (request: unknown, { secondaryId, timely }) => {
        const forward = async (): Promise<Encoded> => {
          const by = await filtering.forwarderOf(secondaryId);
          return new Encoded(await host.forwarded(request, by, within(LONGEST_FORWARD_MS, timely)));
        };
        const outcome = await outcomesOf(primary, secondaryId).once(
          idIn(request),
          forward,
          (reply) => !isRead(request) || hasTraces(reply?.value),
        );
        // The publisher goes first: the secondary waits for the message, not for the answer. One turn is enough, the journal's newest rows being in memory.
        await publishersTurn();
        return outcome;
      },
      'forward-outcome': async (sent: unknown, { secondaryId }) => outcomeIn(outcomes.get(secondaryId), sent),
    }),
  );
}

const isCopy = (item: unknown): item is RecordCopy => isRecord(item) && Buffer.isBuffer(item.value);

const LONGEST_ID = 128;

/** No secondary waits longer for a forwarded request, whatever deadline it names, or none. */
const LONGEST_FORWARD_MS = 10_000;

/** A request without an id of its own is like no other. */
function idIn(request: unknown): string {
  const { id } = (request ?? {}) as { id?: unknown };
  return typeof id === 'string' && id !== '' && id.length <= LONGEST_ID ? id : newUuid();
}

const READS: ReadonlySet<unknown> = new Set(['read', 'list', 'help']);

function isRead(request: unknown): boolean {
  const { operation } = (request ?? {}) as { operation?: unknown };
  return READS.has(operation);
}

/** Of a read: it changed something, or made a secret that is to have a lease. One that has none may be asked again, so the secrets that it tells are not kept. */
function hasTraces(reply: unknown): boolean {
  const { index, response } = (reply ?? {}) as { index?: number; response?: { lease?: unknown } };
  return Boolean(index) || response?.lease !== undefined;
}

function outcomesOf({ outcomes }: Answering, secondaryId: string): FirstOutcomes<Encoded> {
  const own = outcomes.get(secondaryId) ?? new FirstOutcomes<Encoded>();
  outcomes.set(secondaryId, own);
  return own;
}

/** A request that failed is an answer, too: a call that fails tells nothing of it. */
async function outcomeIn(
  outcomes: FirstOutcomes<Encoded> | undefined,
  sent: unknown,
): Promise<{ readonly reply?: unknown; readonly failed?: CallFailure }> {
  const outcome = outcomes?.of(new CallBody('a body of forward-outcome', sent).text('id', LONGEST_ID));
  if (outcome === undefined) return {};
  return outcome.then(
    ({ value }) => ({ reply: value }),
    (error: unknown) => ({ failed: failureOf(error) }),
  );
}

/** Makes the joiner a member of the set, with the transaction in which it joins. */
async function registration(
  { store, role, filtering, host }: Answering,
  question: BootstrapQuestion,
  id: string,
): Promise<(unit: UnitOfWork) => Promise<void>> {
  const { setId, epoch } = role();
  const { authority } = await readCredentials(store.local);
  const publicKey = requireOwnKey(question, setId, { id, authority: authority.certificate });
  return async ({ local, replicated }) => {
    const filtered = Object.hasOwn(await filtering.filters.read(local), id);
    const member: Member = {
      id,
      state: 'active',
      publicKey,
      epoch,
      forwarding: await filtering.filters.levelIn(local, id),
      filtered,
    };
    const hadKey = (await formerly(replicated, member)).some(mayMakeBatchTokens);
    await putMember(replicated, member);
    // It comes back to less than it had.
    if (hadKey && !mayMakeBatchTokens(member)) await host.endBatchTokens({ local, replicated });
  };
}

async function reapplyFor(
  { store, mounts, clock, role, filtering, permissions }: Answering,
  call: ReapplyCall,
  secondaryId: string,
): Promise<void> {
  await permissions.using(secondaryId, call, clock.now(), () =>
    reapply(store, call, async ({ replicated }) => {
      const member = await filtering.reapplyingOf(replicated, secondaryId);
      await requireReappliable(call, { role: role(), replicated, mounts, ...member });
    }),
  );
}

/** Who is bounded while the key is read is not given the one that the set has since. */
async function batchTokenKeyFor({ store, host }: Answering, secondaryId: string): Promise<string | undefined> {
  const isTrusted = async (): Promise<boolean> => {
    const member = await readMember(store.replicated, secondaryId);
    return member !== undefined && mayMakeBatchTokens(member);
  };
  const key = (await isTrusted()) ? await host.batchTokenKey() : undefined;
  return key !== undefined && (await isTrusted()) ? key : undefined;
}

/** An answer with the keys of the stream that a secondary follows when it is made: who was moved meanwhile is not given the new key of the one it left. */
async function ofItsStream<T>(
  filtering: Filtering,
  secondaryId: string,
  answer: (name: string) => Promise<T>,
): Promise<T> {
  for (;;) {
    const name = await filtering.streamOf(secondaryId);
    const made = await answer(name);
    if ((await filtering.streamOf(secondaryId)) === name) return made;
  }
}

async function streamKeysFor(
  { store, secondaries, filtering }: Answering,
  secondaryId: string,
): Promise<StreamKeysAnswer> {
  return ofItsStream(filtering, secondaryId, async (name) => {
    const credentials = await readCredentials(store.local);
    const { reign } = credentials;
    if (reign === undefined) throw new TidelockError('INTERNAL');
    const stream = {
      name,
      keys: keysOf(credentials, name),
      reign: { epoch: reign.epoch, key: publicKeyOf(reign.key) },
    };
    return answerStreamKeys(stream, await secondaries.publicKeyOf(secondaryId));
  });
}

async function answerHeartbeat(primary: Answering, call: HeartbeatCall, peer: ClusterPeer): Promise<HeartbeatAnswer> {
  const { role, settings, clock, barrier, secondaries, heartbeats, filtering, secondaryCopies } = primary;
  const { secondaryId, certificate } = peer;
  if (call.keyUse !== undefined)
    barrier.noteUse(secondaryId, credibleUse(call.keyUse, barrier.keyStatus.installTime, clock.now()));
  // It is heard, whatever becomes of the answer; one that is revoked meanwhile does not come back.
  if (secondaries.find(secondaryId)) heartbeats.note(secondaryId, call);
  const { name, head, forwarding } = await filtering.announcementTo(secondaryId);
  heartbeats.noteHead(secondaryId, head);
  const wanted = name === FULL_STREAM ? secondaryCopies.wanted() : [];
  return {
    clusterAddrs: clusterAddrsOf(role(), settings),
    clusterAddr: settings.clusterAddr,
    apiAddr: settings.apiAddr,
    stream: name,
    forwarding,
    index: head,
    epoch: role().epoch,
    time: clock.now(),
    moment: presentMoment(),
    keyUseElsewhere: barrier.useBesides(secondaryId),
    ...(wanted.length > 0 && { wanted }),
    ...(!secondaries.isRenewed(secondaryId, certificate, barrier.term) && { renew: true }),
  };
}
