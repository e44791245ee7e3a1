import { convertBody, type EngineResponse, pathsOf } from '@tidelock/engine-api';
import { engineRequest, MemoryStorage } from '@tidelock/engine-testing';
import { parseJson, rfc3339, stringifyJson } from '@tidelock/kernel';
import { KvV1Engine } from './kv-v1-engine';
import { KvV2Engine } from './kv-v2-engine';
import { ConfigBody, MetadataBody } from './v2/bodies';

const engine = new KvV2Engine();
const NOW = 1_700_000_000_000;

interface Members {
  readonly [name: string]: unknown;
}

describe('KvV2Engine', () => {
  let storage: MemoryStorage;
  beforeEach(() => {
    storage = new MemoryStorage();
  });

  const at = (path: string, raw: Members = {}, now = NOW) =>
    engineRequest({ path: `data/${path}`, params: { path }, raw, now });
  const write = (path: string, data: unknown, options?: Members, now = NOW) =>
    engine.writeData(at(path, options ? { data, options } : { data }, now), storage);
  const read = async (path: string, query: Members = {}, now = NOW) =>
    jsonOf(await engine.readData(at(path, query, now), storage));
  const jsonOf = (answer: EngineResponse | undefined) => ({
    status: answer?.status ?? 200,
    data: JSON.parse(stringifyJson(answer?.data ?? null)) as { data: unknown; metadata: Members } & Members,
  });
  const withBody = <T extends object>(path: string, bodyClass: new () => T, raw: Members) => ({
    ...at(path, raw),
    body: convertBody(bodyClass, raw).body,
  });
  const writeMetadata = (path: string, raw: Members) =>
    engine.writeMetadata(withBody(path, MetadataBody, raw), storage);
  const patchMetadata = (path: string, raw: Members) =>
    engine.patchMetadata(withBody(path, MetadataBody, raw), storage);
  const writeConfig = (raw: Members) => engine.writeConfig(withBody('', ConfigBody, raw), storage);
  const metadataOf = async (path: string) => jsonOf(await engine.readMetadata(at(path), storage)).data;

  it('counts versions and reads each of them', async () => {
    expect(jsonOf(await write('a', { x: 1 })).data).toEqual({
      created_time: rfc3339(NOW),
      custom_metadata: null,
      deletion_time: '',
      destroyed: false,
      version: 1,
    });
    await write('a', { x: 2 });
    expect((await read('a')).data).toMatchObject({ data: { x: 2 }, metadata: { version: 2 } });
    expect((await read('a', { version: '1' })).data).toMatchObject({ data: { x: 1 }, metadata: { version: 1 } });
    await expect(read('a', { version: '3' })).rejects.toMatchObject({ status: 404, errors: [] });
    await expect(read('a', { version: 'x' })).rejects.toMatchObject({ status: 400 });
  });

  it('gives every number back to the letter, also after a patch', async () => {
    const data = parseJson('{"big":12345678901234567890,"price":1.50}');
    await write('a', data);
    const text = async () => stringifyJson((await engine.readData(at('a'), storage))?.data?.['data']);
    expect(await text()).toBe('{"big":12345678901234567890,"price":1.50}');
    await engine.patchData(at('a', { data: parseJson('{"more":2.0}') }), storage);
    expect(await text()).toBe('{"big":12345678901234567890,"price":1.50,"more":2.0}');
  });

  it("decides about a change by the primary's state: a secondary that is late would find nothing to delete, and say that it is done", () => {
    const changes = pathsOf(KvV2Engine).filter(
      ({ operations, method }) => method !== 'invalidPath' && operations.some((one) => !['read', 'list'].includes(one)),
    );
    expect(changes.length).toBeGreaterThan(8);
    expect(changes.filter(({ forwarded }) => !forwarded).map(({ pattern }) => pattern)).toEqual([]);
  });

  it('patches members: merges objects, replaces the rest, removes what is null', async () => {
    await write('a', { keep: 1, drop: 2, deep: { x: 1, y: 2 } });
    const answer = await engine.patchData(at('a', { data: { drop: null, deep: { y: null, z: [1] } } }), storage);
    expect(jsonOf(answer).data['version']).toBe(2);
    expect((await read('a')).data.data).toEqual({ keep: 1, deep: { x: 1, z: [1] } });
  });

  it('patches nothing that is absent or deleted', async () => {
    await expect(engine.patchData(at('none', { data: { x: 1 } }), storage)).rejects.toMatchObject({ status: 404 });
    await write('a', { x: 1 });
    await engine.deleteLatest(at('a'), storage);
    expect(jsonOf(await engine.patchData(at('a', { data: { x: 2 } }), storage)).status).toBe(404);
  });

  it.each([[{}], [{ data: null }]])('refuses %j: no data', async (raw) => {
    await expect(engine.writeData(at('a', raw), storage)).rejects.toMatchObject({
      status: 400,
      message: 'no data provided',
    });
  });

  it.each([['text'], [5], [[1]]])('refuses data that is %j', async (data) => {
    await expect(write('a', data)).rejects.toMatchObject({ status: 400 });
  });

  it('checks and sets', async () => {
    const mismatch = { status: 400, message: 'check-and-set parameter did not match the current version' };
    await write('a', { x: 1 }, { cas: 0 });
    await expect(write('a', { x: 2 }, { cas: 0 })).rejects.toMatchObject(mismatch);
    await write('a', { x: 2 }, { cas: '1' });
    await expect(write('a', { x: 3 }, { cas: 7 })).rejects.toMatchObject(mismatch);
    await expect(write('a', { x: 3 }, { cas: 'x' })).rejects.toMatchObject({
      status: 400,
      message: 'error parsing check-and-set parameter',
    });
    expect((await read('a')).data.data).toEqual({ x: 2 });
  });

  it('demands check-and-set where the mount or the secret does', async () => {
    const required = { status: 400, message: 'check-and-set parameter required for this call' };
    await writeMetadata('a', { cas_required: true });
    await expect(write('a', { x: 1 })).rejects.toMatchObject(required);
    await write('a', { x: 1 }, { cas: 0 });
    await writeConfig({ cas_required: true });
    await expect(write('b', { x: 1 })).rejects.toMatchObject(required);
    expect((await writeMetadata('b', { cas_required: false }))?.warnings?.[0]).toContain('mandated by backend config');
  });

  it('shows a deleted version as 404 with a body, and restores it', async () => {
    await write('a', { x: 1 });
    await engine.deleteLatest(at('a'), storage);
    expect(await read('a')).toMatchObject({
      status: 404,
      data: { data: null, metadata: { version: 1, deletion_time: rfc3339(NOW) } },
    });
    await engine.undeleteVersions(at('a', { versions: [1] }), storage);
    expect((await read('a')).data.data).toEqual({ x: 1 });
  });

  it('deletes and destroys versions by number', async () => {
    for (const x of [1, 2, 3]) await write('a', { x });
    await engine.deleteVersions(at('a', { versions: '1,9' }), storage);
    await engine.destroyVersions(at('a', { versions: [2] }), storage);
    expect((await read('a', { version: 1 })).status).toBe(404);
    expect(await read('a', { version: 2 })).toMatchObject({
      status: 404,
      data: { data: null, metadata: { destroyed: true } },
    });
    expect((await read('a')).data.data).toEqual({ x: 3 });
    await engine.undeleteVersions(at('a', { versions: [1, 2] }), storage);
    expect((await read('a', { version: 1 })).data.data).toEqual({ x: 1 });
    expect((await read('a', { version: 2 })).status).toBe(404);
    expect(storage.entries.has('data/a/2')).toBe(false);
  });

  it.each(['deleteVersions', 'undeleteVersions', 'destroyVersions'] as const)('%s wants numbers', async (method) => {
    await expect(engine[method](at('a'), storage)).rejects.toMatchObject({
      status: 400,
      message: 'No version number provided',
    });
    await expect(engine[method](at('a', { versions: ['x'] }), storage)).rejects.toMatchObject({ status: 400 });
  });

  it('keeps as many versions as the larger limit says, and no data of the others', async () => {
    await writeMetadata('a', { max_versions: 2 });
    for (const x of [1, 2, 3]) await write('a', { x });
    expect(await metadataOf('a')).toMatchObject({ current_version: 3, oldest_version: 2 });
    await expect(read('a', { version: 1 })).rejects.toMatchObject({ status: 404 });
    expect([...storage.entries.keys()].filter((key) => key.startsWith('data/'))).toEqual(['data/a/2', 'data/a/3']);
  });

  it('keeps ten versions unless told otherwise', async () => {
    for (let x = 1; x <= 12; x++) await write('a', { x });
    const { versions } = await metadataOf('a');
    expect(Object.keys(versions as object)).toEqual(['3', '4', '5', '6', '7', '8', '9', '10', '11', '12']);
  });

  it('drops all that a lowered limit no longer covers', async () => {
    for (let x = 1; x <= 6; x++) await write('a', { x });
    await writeMetadata('a', { max_versions: 2 });
    await write('a', { x: 7 });
    expect([...storage.entries.keys()].filter((key) => key.startsWith('data/'))).toEqual(['data/a/6', 'data/a/7']);
  });

  it('lets versions expire after the shorter of both delays, unless the mount says never', async () => {
    await writeConfig({ delete_version_after: '1h' });
    await writeMetadata('a', { delete_version_after: '10m' });
    await write('a', { x: 1 });
    expect((await read('a', {}, NOW + 599_999)).status).toBe(200);
    expect(await read('a', {}, NOW + 600_000)).toMatchObject({
      status: 404,
      data: { metadata: { deletion_time: rfc3339(NOW + 600_000) } },
    });
    await writeConfig({ delete_version_after: '-1s' });
    expect(jsonOf(await write('a', { x: 2 })).data['deletion_time']).toBe('');
  });

  it('shows the structure of a secret down to a depth', async () => {
    await write('a', { x: 1, deep: { y: { z: [1] } }, empty: {} });
    const subkeys = async (depth?: string) =>
      jsonOf(await engine.readSubkeys(at('a', depth ? { depth } : {}), storage)).data['subkeys'];
    expect(await subkeys()).toEqual({ x: null, deep: { y: { z: null } }, empty: {} });
    expect(await subkeys('1')).toEqual({ x: null, deep: null, empty: null });
    expect(await subkeys('2')).toEqual({ x: null, deep: { y: null }, empty: {} });
  });

  it('reads and changes metadata', async () => {
    await write('a', { x: 1 });
    await writeMetadata('a', {
      max_versions: 5,
      delete_version_after: '90s',
      custom_metadata: { owner: 'me', size: parseJson('1.50') },
    });
    expect(await metadataOf('a')).toEqual({
      cas_required: false,
      created_time: rfc3339(NOW),
      current_version: 1,
      custom_metadata: { owner: 'me', size: '1.50' },
      delete_version_after: '1m30s',
      max_versions: 5,
      oldest_version: 0,
      updated_time: rfc3339(NOW),
      versions: { 1: { created_time: rfc3339(NOW), deletion_time: '', destroyed: false } },
    });
    await patchMetadata('a', { max_versions: null, custom_metadata: { owner: null, team: 'sea' } });
    expect(await metadataOf('a')).toMatchObject({
      max_versions: 0,
      delete_version_after: '1m30s',
      custom_metadata: { size: '1.50', team: 'sea' },
    });
    expect((await read('a')).data.metadata['custom_metadata']).toEqual({ size: '1.50', team: 'sea' });
    await expect(patchMetadata('none', { max_versions: 1 })).rejects.toMatchObject({ status: 404 });
  });

  it.each([
    [
      '65 keys',
      Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`k${n}`, 'v'])),
      'at most 64 keys, provided 65',
    ],
    ['a long key', { ['k'.repeat(129)]: 'v' }, 'is 129 but must be 0 < len(key) <= 128'],
    ['a long value', { k: 'ü'.repeat(257) }, 'is 514 but must be 0 < len(value) <= 512'],
    ['an empty value', { k: '' }, 'is 0 but must be'],
    ['unprintable text', { k: 'a\nb' }, 'unprintable'],
    ['a nested value', { k: { x: 1 } }, 'error converting input for field "custom_metadata"'],
  ])('refuses custom metadata with %s', async (_, custom_metadata, text) => {
    await expect(writeMetadata('a', { custom_metadata })).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining(text),
    });
  });

  it('lists and removes secrets, all of them', async () => {
    await write('a', { x: 1 });
    await write('dir/b', { x: 1 });
    const list = async (prefix: string) =>
      jsonOf(await engine.list(engineRequest({ path: `metadata/${prefix}` }), storage)).data['keys'];
    expect(await list('')).toEqual(['a', 'dir/']);
    expect(await list('dir/')).toEqual(['b']);
    await engine.deleteSecret(at('dir/b'), storage);
    await expect(list('dir/')).rejects.toMatchObject({ status: 404, errors: [] });
    expect([...storage.entries.keys()]).toEqual(['data/a/1', 'meta/a'].sort().reverse());
    await expect(read('dir/b')).rejects.toMatchObject({ status: 404 });
  });

  it('has settings for the whole mount', async () => {
    expect(jsonOf(await engine.readConfig(at(''), storage)).data).toEqual({
      cas_required: false,
      delete_version_after: '0s',
      max_versions: 0,
    });
    await writeConfig({ max_versions: 3, delete_version_after: '3h25m19s' });
    expect(jsonOf(await engine.readConfig(at(''), storage)).data).toEqual({
      cas_required: false,
      delete_version_after: '3h25m19s',
      max_versions: 3,
    });
    expect(() => convertBody(ConfigBody, { max_versions: -1 })).toThrow(
      expect.objectContaining({ errors: ['max_versions cannot be negative'] }),
    );
  });

  it('points callers of version 1 paths to the right ones', async () => {
    const answer = await engine.invalidPath(engineRequest({ operation: 'read', path: 'a' }));
    expect(answer).toEqual({
      status: 404,
      warnings: [expect.stringMatching(/^Invalid path for a versioned K\/V.*'vault kv get'/)],
    });
  });

  describe('on a mount that was of version 1', () => {
    beforeEach(() => new KvV1Engine().write(engineRequest({ path: 'old/a', raw: { x: 1 } }), storage));

    it('shows a former secret as version 1 of itself', async () => {
      expect((await read('old/a')).data).toMatchObject({ data: { x: 1 }, metadata: { version: 1 } });
      expect(jsonOf(await engine.list(engineRequest({ path: 'metadata/old/' }), storage)).data['keys']).toEqual(['a']);
      expect(await engine.exists(at('old/a'), storage)).toBe(true);
    });

    it('keeps it when it is written, destroyed or deleted', async () => {
      await write('old/a', { x: 2 });
      expect((await read('old/a', { version: 1 })).data.data).toEqual({ x: 1 });
      await engine.destroyVersions(at('old/a', { versions: [1] }), storage);
      expect((await read('old/a', { version: 1 })).status).toBe(404);
      await engine.deleteSecret(at('old/a'), storage);
      expect(storage.entries.size).toBe(0);
    });
  });
});
