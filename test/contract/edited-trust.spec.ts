import { decodeKeyRotated } from '@tidelock/stream';
import { newPair, sqlitePlaces, type TestSet, until } from '@tidelock/replication/testing';

const place = sqlitePlaces('edited-trust');
const FILTER = { mode: 'deny', paths: ['hidden/'] } as const;
let set: TestSet;

beforeEach(async () => {
  set = await newPair(place);
});
afterEach(() => set.close());

/** What a hand that has no keys does to the primary's database, and then the process begins anew. */
async function edit(sql: string, parameters: readonly unknown[] = []): Promise<void> {
  const { database } = set.a.store as unknown as {
    database: { write(statement: { sql: string; parameters: readonly unknown[] }): Promise<unknown> };
  };
  await database.write({ sql: `${sql} RETURNING 1`, parameters });
  await set.a.restart();
}

describe("A secondary whose paths filter a hand takes out of the primary's database", () => {
  it.each<[string, () => Promise<void>]>([
    ['its row', () => edit("DELETE FROM local_record WHERE key = 'replication/paths-filters'")],
    [
      'the name of the reign, which is not sealed',
      () =>
        edit(
          "UPDATE cluster SET value = CAST(json_set(value, '$.reign', 'another') AS BLOB) WHERE key = 'replication'",
        ),
    ],
  ])('is given no more than before, by a change of %s, until an operator says so', async (_, take) => {
    const { a, b } = set;
    await a.node.filtering.set('b', FILTER);
    await until(
      'the other stream to be followed',
      () => b.node.asSecondary?.streamName !== 'full' && b.state === 'stream-wals',
    );
    await take();
    expect([a.node.mode, a.node.filtering.filters.of('b')]).toEqual(['primary', undefined]);
    await a.write('mount/hidden', 'x');
    await a.write('entry/hidden/1', 'x');
    const from = a.store.position().replicatedIndex;
    await a.node.requirePrimary().rotateStreamKey();
    const [announcement] = (await a.store.journal.read(from, 10, 1e6)).filter(({ kind }) => kind === 'key-rotated');
    expect(announcement && decodeKeyRotated(announcement.body).recipients).toEqual([]);
    for (const call of ['stream-keys', 'merkle-root', 'merkle-pages', 'forward', 'heartbeat']) {
      await expect(b.node.callPrimary(call, call === 'heartbeat' ? HEARTBEAT : {})).rejects.toMatchObject({
        message: expect.stringContaining('paths filter of secondary "b" is gone'),
      });
    }
    await a.node.filtering.set('b', FILTER);
    const name = a.node.filtering.filters.streamOf('b');
    for (const call of ['stream-keys', 'heartbeat'])
      expect(await b.node.callPrimary(call, call === 'heartbeat' ? HEARTBEAT : {})).toMatchObject(
        call === 'heartbeat' ? { stream: name, forwarding: 'data' } : { name },
      );
    expect([await b.store.replicated.keys('entry/hidden/'), b.node.asSecondary?.streamName]).toEqual([[], name]);
    await a.node.filtering.set('b', undefined);
    await until('everything to arrive', async () => (await b.read('entry/hidden/1')) === 'x');
  });
});

const HEARTBEAT = { apiAddr: '', clusterAddr: '', appliedIndex: 1, time: 1, lastRoundTripMs: 1, canaryAgeMs: 1 };
