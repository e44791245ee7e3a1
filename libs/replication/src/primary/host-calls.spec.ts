import { isTidelockError } from '@tidelock/kernel';
import { newPair, type TestSet } from '@tidelock/replication/testing';
import { ClusterClient } from '../cluster-port/cluster-client';
import { identityOf } from '../join/bundle';
import { readCredentials } from '../membership/role-store';
import type { Forwarder, HostCall, RecordedCall } from '../ports/host';

const LIMIT = 1000;

/** Two clusters with a cluster port each; what the rest of the node would be is here. */
describe('A call that a room above replication answers', () => {
  let set: TestSet;
  let asked: Forwarder[];
  let records: string[];
  const call = (level: HostCall['level'], answer: HostCall['answer']): HostCall => ({
    level,
    bodyLimit: LIMIT,
    answer: async (sent, by, timely) => {
      asked.push(by);
      return answer(sent, by, timely);
    },
  });
  const calls: Readonly<Record<string, HostCall>> = {
    'name-of': call('data', async (sent) => ({
      name: `${sent.text('alias', 20)} of the set`,
      bytes: Buffer.from('x'),
    })),
    'write-name': call('all', async (sent) => set.a.write('entry/m/name', sent.text('alias'))),
    heartbeat: call('data', async () => 'a host replaces none of replication'),
  };
  const onRecord = async <T>({ name, secondaryId }: RecordedCall, work: () => Promise<T>): Promise<T> => {
    const done = await work().then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    const outcome = 'value' in done ? 'done' : isTidelockError(done.error) ? done.error.code : 'failed';
    records.push(`${secondaryId} ${name} ${outcome}`);
    if ('error' in done) throw done.error;
    return done.value;
  };
  const ask = <T>(name: string, body: unknown): Promise<T> => set.b.node.callPrimary<T>(name, body);

  beforeAll(async () => {
    records = [];
    set = await newPair(async () => ({ kind: 'inmem' }), { calls, onRecord });
  });
  beforeEach(() => {
    asked = [];
    records = [];
  });
  afterAll(() => set.close());

  it('is answered to a member, with who asks, and is on record', async () => {
    const { name, bytes } = await ask<{ name: string; bytes: Uint8Array }>('name-of', { alias: 'ann' });
    expect([name, Buffer.from(bytes).toString()]).toEqual(['ann of the set', 'x']);
    expect(asked).toEqual([{ secondaryId: 'b', level: 'all', hidden: [] }]);
    expect(records).toContain('b name-of done');
  });

  it('may write, and what it wrote comes to the secondary', async () => {
    const index = await ask<number>('write-name', { alias: 'ann' });
    expect(await set.b.store.waitForIndex(index, 20_000)).toBe(true);
    expect(await set.b.read('entry/m/name')).toBe('ann');
  });

  it.each<[string, unknown]>([
    ['another shape', { alias: 7 }],
    ['a text that is too long', { alias: 'x'.repeat(21) }],
    ['no members', 'ann'],
    ['nothing', null],
  ])('is refused a body with %s', async (_, body) => {
    await expect(ask('name-of', body)).rejects.toMatchObject({ status: 400 });
    expect(records).toContain('b name-of INVALID_REQUEST');
  });

  it('is refused a body beyond its limit, unread', async () => {
    await expect(ask('name-of', { alias: 'x'.repeat(LIMIT) })).rejects.toMatchObject({ code: 'REQUEST_TOO_LARGE' });
    expect(asked).toEqual([]);
    expect(records).toContain('b name-of REQUEST_TOO_LARGE');
    // The connection goes on.
    await ask('name-of', { alias: 'ann' });
  });

  it.each(['name-of-nobody', 'toString', '__proto__'])('is none of the name %s', async (name) => {
    await expect(ask(name, {})).rejects.toMatchObject({ code: 'UNSUPPORTED_PATH' });
    expect(records).toContain(`b ${name} UNSUPPORTED_PATH`);
  });

  it('takes the place of none of the calls of replication', async () => {
    expect(await set.b.node.callPrimary('heartbeat', HEARTBEAT)).toHaveProperty('epoch');
    expect(asked).toEqual([]);
  });

  it('is not for a secondary of a lower level than it says', async () => {
    await set.a.node.filtering.set('b', undefined, 'data');
    await expect(ask('write-name', { alias: 'ann' })).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      errors: [expect.stringContaining('forwarding level is "data"')],
    });
    expect(asked).toEqual([]);
    await ask('name-of', { alias: 'ann' });
    expect(asked).toMatchObject([{ level: 'data' }]);
  });

  it('is not for one that has not joined', async () => {
    const bundle = await set.a.invite('late');
    const credentials = await readCredentials(set.a.store.local);
    const client = new ClusterClient({
      setId: bundle.set_id,
      authority: credentials.authority.certificate,
      identity: identityOf(bundle),
      addresses: () => bundle.primary_cluster_addrs,
    });
    try {
      await expect(client.call('name-of', { alias: 'ann' })).rejects.toMatchObject({
        code: 'PERMISSION_DENIED',
        errors: [expect.stringContaining('has not joined')],
      });
      expect([asked, records]).toEqual([[], expect.arrayContaining(['late name-of PERMISSION_DENIED'])]);
    } finally {
      client.close();
    }
  });

  it('is not for one that was revoked', async () => {
    await set.a.node.requirePrimary().revoke('b');
    await expect(ask('name-of', { alias: 'ann' })).rejects.toMatchObject({ code: 'PRIMARY_UNREACHABLE' });
    expect(asked).toEqual([]);
  });
});

const HEARTBEAT = { apiAddr: '', clusterAddr: '', appliedIndex: 0, time: 0, lastRoundTripMs: -1, canaryAgeMs: 0 };
