import type { Credentials } from '@tidelock/replication/testing';
import { newSigningKey, newStreamKey, type ReignSigner } from '@tidelock/stream';
import { eventually } from '../harness/api';
import { Cluster } from '../harness/cluster';
import { Forger, inventedReign, usurpedReign } from '../harness/forger';
import { secretsHeldBy } from '../harness/held-secrets';
import { metricsOf } from '../harness/metrics';
import { ReplicationSet } from '../harness/replication-set';
import { KAFKA } from '../harness/services';
import { TcpProxy } from '../harness/tcp-proxy';
import { append, topicOf } from '../harness/topic';

/** What the forgeries would bring back. */
const FORGED = 'the former price';
const TRUE = 'the present price';

type Head = Awaited<ReturnType<Forger['opened']>>[number];
/** Who has to tell a refusal, and its reason. */
type Told = readonly [cluster: Cluster, reason: string];

// What somebody can do who has secondaries' keys and Kafka without ACLs, and publishes what he likes (SECURITY.md).
describe('a secondary that lies on the topic', () => {
  let set: ReplicationSet;
  let stays: Cluster;
  let filtered: Cluster;
  let goes: Cluster;
  let link: TcpProxy;
  let held: Credentials;
  let forgedBody: Buffer;
  let writes = 0;
  const members: Record<string, string> = { invited: newSigningKey() };

  beforeAll(async () => {
    set = await ReplicationSet.start({ suite: 'liar', secondaries: ['stays', 'filtered'] });
    [stays, filtered] = set.secondaries as [Cluster, Cluster];
    link = await TcpProxy.start(Number(KAFKA.split(':')[1]));
    goes = await Cluster.start({ kafka: `127.0.0.1:${link.port}`, topicPrefix: set.topicPrefix, storage: 'sqlite' });
    await goes.join(set.primary, 'goes');
    const { root } = set.primary;
    for (const path of ['kv', 'hidden']) await root.must('POST', `sys/mounts/${path}`, { type: 'kv' });
    await root.must('POST', 'sys/replication/performance/primary/paths-filter/filtered', {
      mode: 'deny',
      paths: ['hidden'],
    });
    await root.must('POST', 'sys/replication/performance/primary/secondary-token', { id: 'invited' });
    await root.must('POST', 'kv/price', { value: FORGED });
    for (const cluster of [stays, goes]) await cluster.untilInStepWith(set.primary);
    await filtered.untilInStepAs('filtered', set.primary);
    for (const cluster of [stays, goes, filtered]) await cluster.generateRoot();
    held = await secretsHeldBy(goes);
    members['revoked'] = held.member?.key as string;
    members['filtered'] = (await secretsHeldBy(filtered)).member?.key as string;
    forgedBody = (await (await Forger.with(held.streamKeys, set)).opened()).findLast(({ kind }) => kind === 'mutation')
      ?.body as Buffer;
    await root.must('POST', 'kv/price', { value: TRUE });
    await stays.untilInStepWith(set.primary);
  }, 180_000);
  afterAll(async () => {
    await goes?.server.stop();
    await link?.close();
    await set?.stop();
  });

  const refused = async (cluster: Cluster, reason: string): Promise<number> =>
    (await metricsOf(cluster.root))[`tidelock_replication_refused_total{reason="${reason}"}`] ?? 0;

  /** The primary writes, and those who follow it have it. */
  async function expectReign(): Promise<void> {
    const value = `honest ${(writes += 1)}`;
    await set.primary.root.must('POST', 'kv/honest', { value });
    for (const { root } of [stays, filtered])
      await eventually(`"${value}" to arrive`, async () => (await root.get('kv/honest')).body?.data?.value === value);
    for (const cluster of [set.primary, stays, filtered]) {
      expect((await cluster.root.must('GET', 'kv/price')).data).toEqual({ value: TRUE });
      expect(await cluster.status()).toMatchObject({
        mode: cluster === set.primary ? 'primary' : 'secondary',
        epoch: 1,
      });
    }
    expect((await metricsOf(stays.root))['tidelock_replication_gaps_found_total']).toBe(0);
    expect(await stays.status()).toMatchObject({ state: 'stream-wals' });
    expect((await set.primary.status()).stream.brokerUp).toBe(true);
    await stays.untilInStepWith(set.primary);
    await filtered.untilInStepAs('filtered', set.primary);
  }

  /** Says it, behind the head of the stream, until it was heard in time: a checkpoint may come in between. */
  async function expectRefused(
    forger: Forger,
    lies: (head: Head, all: readonly Head[]) => readonly Buffer[],
    ...told: Told[]
  ): Promise<void> {
    await eventually(
      `the refusals ${told.map(([, reason]) => reason).join()}`,
      async () => {
        const before = await Promise.all(told.map((one) => refused(...one)));
        const all = await forger.opened();
        await forger.say(lies(all.at(-1) as Head, all));
        await expectReign();
        const after = await Promise.all(told.map((one) => refused(...one)));
        return after.every((count, at) => count > (before[at] as number));
      },
      30_000,
    );
  }

  it("makes no mutation with the stream's key alone, signed by itself or not, and repeats none", async () => {
    const forger = await Forger.with(held.streamKeys, set);
    const mutation = { kind: 'mutation', body: forgedBody } as const;
    await expectRefused(forger, (after) => [forger.seal({ ...mutation, after }).value], [stays, 'unsigned']);
    await expectRefused(
      forger,
      (after) => [forger.seal({ ...mutation, after, signer: inventedReign(1, members['revoked']) }).value],
      [stays, 'bad-signature'],
    );
    await expectRefused(
      forger,
      (_, all) =>
        all
          .slice(-3)
          .reverse()
          .map(({ value }) => value),
      [stays, 'repeated'],
    );
    await expectRefused(
      forger,
      (after) => [forger.seal({ kind: 'epoch-started', after, signer: inventedReign(1, members['revoked']) }).value],
      [stays, 'no-member'],
    );
  }, 120_000);

  /** What a promotion writes to the topic, of a member that none is believed of, with keys of the stream that another gave away. */
  async function expectNoPromotion(forger: Forger, signer: ReignSigner): Promise<void> {
    const { primary } = set;
    await expectRefused(
      forger,
      (after) => [forger.seal({ kind: 'fence', body: Buffer.alloc(16), after, signer }).value],
      [stays, 'no-member'],
      [primary, 'no-member'],
    );
    await expectRefused(
      forger,
      (head) => {
        const start = forger.seal({
          kind: 'epoch-started',
          body: Buffer.from('{"epoch":2,"reign":"x"}'),
          after: head,
          signer,
        });
        return [start.value, forger.seal({ kind: 'mutation', body: forgedBody, after: start, signer }).value];
      },
      [stays, 'no-member'],
      [stays, 'unknown-reign'],
      [primary, 'no-member'],
    );
  }

  it.each(['filtered', 'invited'])(
    "begins no reign while it is %s, with the stream's key from another",
    async (state) => {
      await expectNoPromotion(await Forger.with(held.streamKeys, set), inventedReign(2, members[state]));
    },
    120_000,
  );

  it('begins no reign in the name of one that might', async () => {
    const other = inventedReign(1, (await secretsHeldBy(stays)).member?.key);
    await expectNoPromotion(await Forger.with(held.streamKeys, set), usurpedReign(2, other));
  }, 120_000);

  it('is not promoted with a paths filter, by force or not', async () => {
    for (const force of [false, true]) {
      const answer = await filtered.root.post('sys/replication/performance/secondary/promote', { force });
      expect(answer).toMatchObject({
        status: 400,
        body: { errors: [expect.stringContaining('this secondary has a paths filter')] },
      });
    }
    await expectReign();
  });

  it('says nothing with an old key behind its range once it is revoked', async () => {
    await goes.server.stop();
    await stays.server.stop();
    const old = await Forger.with(held.streamKeys, set);
    const stranger = await Forger.with([newStreamKey()], set);
    const head = (await old.opened()).at(-1) as Head;
    const signer = inventedReign(1, members['revoked']);
    // The first has the secondary ask for keys, so that it holds both when it reads the second, which comes before the old one ends.
    const far = { index: head.index + 1000, digest: head.digest };
    await append(await topicOf(set), [
      stranger.seal({ kind: 'mutation', after: far }).value,
      old.seal({ kind: 'mutation', body: forgedBody, after: far, signer }).value,
    ]);
    await set.primary.root.must('POST', 'sys/replication/performance/primary/revoke-secondary', { id: 'goes' });
    // It can still read the announcement of the key that it is not given.
    const after = await eventually('the new key to be announced', async () =>
      (await old.opened()).findLast(({ kind }) => kind === 'key-rotated'),
    );
    await old.say([old.seal({ kind: 'mutation', body: forgedBody, after, signer }).value]);
    await stays.restart();
    await stays.untilStreaming();
    await expectReign();
    expect(await refused(stays, 'expired-key')).toBeGreaterThan(0);
    // Behind the announcement it depends on whether the old key is dropped by then.
    expect((await refused(stays, 'expired-key')) + (await refused(stays, 'unknown-key'))).toBeGreaterThan(2);
  }, 120_000);

  it('has itself promoted by force on files from before its revocation, and writes: nobody follows', async () => {
    const before = [await refused(set.primary, 'no-member'), await refused(stays, 'unknown-key')];
    link.refuse();
    await goes.restart();
    await goes.promote(true);
    await goes.root.must('POST', 'kv/price', { value: FORGED });
    link.heal();
    await eventually('its reign to be published', async () => {
      const { mode, stream, last_performance_wal: index } = await goes.status();
      return mode === 'primary' && stream.publishedIndex >= index;
    });
    await expectReign();
    await eventually(
      'the refusals',
      async () =>
        (await refused(set.primary, 'no-member')) > (before[0] as number) &&
        (await refused(stays, 'unknown-key')) > (before[1] as number),
    );
    // Once more, now that each knows of the other.
    await goes.root.must('POST', 'kv/honest', { value: FORGED });
    await expectReign();
    expect(await goes.status()).toMatchObject({ mode: 'primary', epoch: 2 });
    await goes.server.stop();
  }, 120_000);

  it('begins no reign once it is revoked, with the new key from another', async () => {
    await expectNoPromotion(
      await Forger.with((await secretsHeldBy(stays)).streamKeys, set),
      inventedReign(2, members['revoked']),
    );
  }, 120_000);
});
