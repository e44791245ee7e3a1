import { newPair, type TestSet, until } from '@tidelock/replication/testing';
import { pathsFilterOf } from '../filter/paths-filter';
import { previewQuarantineOf, previewUpdateOf } from './preview';

describe('What a change would do', () => {
  let set: TestSet;
  beforeEach(async () => {
    set = await newPair(async () => ({ kind: 'inmem' }));
  });
  afterEach(() => set.close());

  it('is told of a revocation, which is not done', async () => {
    const primary = set.a.node.requirePrimary();
    await set.a.node.filtering.set('b', pathsFilterOf('deny', ['hidden']));
    expect(await primary.previewRevocation('b')).toMatchObject({
      state: 'active',
      held_keys: true,
      stream: set.a.node.filtering.filters.streamOf('b'),
      removes_filter: true,
    });
    expect(primary.secondaries.active()).toEqual(['b']);
    await expect(primary.previewRevocation('nobody')).rejects.toMatchObject({ status: 404 });
    await primary.revoke('b');
    expect(await primary.previewRevocation('b')).toMatchObject({
      state: 'revoked',
      held_keys: false,
      removes_filter: false,
    });
  });

  it('is told of a filter that is taken away, which stays', async () => {
    const { filtering } = set.a.node;
    await set.a.write('mount/hidden', 'x');
    await set.a.write('entry/hidden/1', 'x');
    await filtering.set('b', pathsFilterOf('deny', ['hidden']));
    expect(await filtering.preview('b', undefined)).toEqual({
      hidden_mounts: [],
      shown_mounts: ['hidden/'],
      records_deleted: 0,
      records_sent: 2,
      forwarding: 'all',
    });
    expect(filtering.filters.of('b')).toMatchObject({ paths: ['hidden/'] });
  });

  it('is told of another primary, and none', async () => {
    const { node } = set.b;
    expect(await previewUpdateOf(node, undefined)).toMatchObject({
      would: expect.stringContaining('no primary') as string,
    });
    const [address] = node.role.knownPrimaryClusterAddrs;
    const order = { addresses: ['https://127.0.0.1:1', address ?? ''] };
    expect(await previewUpdateOf(node, order)).toMatchObject({ answering_addresses: [address] });
    await expect(previewUpdateOf(node, { addresses: ['https://127.0.0.1:1'] })).rejects.toMatchObject({ status: 502 });
    await expect(previewUpdateOf(set.a.node, undefined)).rejects.toMatchObject({ status: 400 });
    expect(node.role.mode).toBe('secondary');
    await until('the stream to be followed', () => node.requireFollowing().primary !== undefined);
  });

  it('is told of the quarantine, of which nothing goes', async () => {
    const { a } = set;
    const at = await a.write('entry/m/late', 'x');
    await a.node.quarantine.setAside(at - 1);
    const facts = expect.objectContaining({ index: at, epoch: 1 }) as unknown;
    expect(await previewQuarantineOf(a.node, 'discard', [at])).toEqual({
      would: expect.stringContaining('throw 1 mutation away') as string,
      mutations: [facts],
    });
    jest.spyOn(a.node['parts'].mounts, 'isOfClients').mockReturnValueOnce(false);
    expect(await previewQuarantineOf(a.node, 'reapply', 'all')).toEqual({
      would: expect.stringContaining('write 1 mutation anew here') as string,
      mutations: [facts],
      refused: [{ index: at, reason: expect.stringContaining('it can only be discarded') as string }],
    });
    expect(await previewQuarantineOf(a.node, 'reapply', 'all')).toMatchObject({ refused: [] });
    await expect(previewQuarantineOf(a.node, 'discard', [999])).rejects.toMatchObject({ status: 400 });
    expect(a.node.quarantine.size).toBe(1);
  });
});
