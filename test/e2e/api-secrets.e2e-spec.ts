import type { Api } from '../harness/api';
import { Cluster } from '../harness/cluster';
import { multi, NOT_FOUND, NOTHING, type Refusal, TIME } from '../harness/expectations';
import { KAFKA, newTopicPrefix } from '../harness/services';

const MERGE = { 'Content-Type': 'application/merge-patch+json' };
const VERSION = { created_time: TIME, custom_metadata: null, deletion_time: '', destroyed: false };
const LETTERS = '{"big":12345678901234567890,"exact":1.50,"huge":1E400}';

const REFUSALS: readonly Refusal[] = [
  ['GET', 'plain/none', undefined, 404, []],
  ['LIST', 'plain/none', undefined, 404, []],
  ['POST', 'plain/a', {}, 400, ['missing data fields']],
  ['POST', 'plain/a/', { a: 1 }, 400, ["cannot write to a path ending in '/'"]],
  ['GET', 'cubbyhole/none', undefined, 404, []],
  ['POST', 'cubbyhole/a', {}, 400, [multi('missing data fields')]],
  ['GET', 'kv/data/none', undefined, 404, []],
  ['GET', 'kv/metadata/none', undefined, 404, []],
  ['GET', 'kv/subkeys/none', undefined, 404, []],
  ['LIST', 'kv/metadata/none', undefined, 404, []],
  ['POST', 'kv/data/a', {}, 400, ['no data provided']],
  [
    'POST',
    'kv/data/a',
    { data: {}, options: { cas: 1 } },
    400,
    ['check-and-set parameter did not match the current version'],
  ],
  ['POST', 'kv/delete/a', {}, 400, ['No version number provided']],
  ['POST', 'kv/undelete/a', { versions: [] }, 400, ['No version number provided']],
  ['PUT', 'kv/destroy/a', {}, 400, ['No version number provided']],
];

describe('kv and cubbyhole', () => {
  let cluster: Cluster;
  let root: Api;

  beforeAll(async () => {
    cluster = await Cluster.start({
      kafka: KAFKA,
      topicPrefix: newTopicPrefix('api-secrets'),
      storage: 'sqlite',
      config: 'cache_decrypted = true',
    });
    ({ root } = cluster);
    await root.must('POST', 'sys/mounts/plain', { type: 'kv' });
    await root.must('POST', 'sys/mounts/kv', { type: 'kv', options: { version: '2' } });
  });
  afterAll(() => cluster.server.stop());

  it.each(REFUSALS)('%s %s %j is answered with %i', async (method, path, body, status, errors) => {
    const answer = await root.request(method, path, body);
    expect({ status: answer.status, body: answer.body }).toEqual({ status, body: { errors } });
  });

  describe('kv version 1', () => {
    it("keeps a secret with the lease time it names, else the mount's", async () => {
      expect(await root.post('plain/app/db', { password: 'x' })).toEqual(NOTHING);
      expect((await root.get('plain/app/db')).body).toEqual({
        request_id: expect.any(String),
        lease_id: '',
        renewable: false,
        lease_duration: 2764800,
        data: { password: 'x' },
        wrap_info: null,
        warnings: null,
        auth: null,
        mount_type: 'kv',
      });
      for (const [member, value, seconds] of [
        ['ttl', '1h', 3600],
        ['lease', '30m', 1800],
        ['ttl', 90, 90],
      ] as const) {
        await root.must('PUT', 'plain/timed', { [member]: value });
        expect((await root.get('plain/timed')).body).toMatchObject({
          lease_duration: seconds,
          data: { [member]: value },
        });
      }
    });

    it('lists keys and folders, by verb and by query', async () => {
      for (const path of ['l/a', 'l/b/c', 'l/b/d']) await root.must('POST', `plain/${path}`, { x: 1 });
      for (const answer of [
        await root.request('LIST', 'plain/l'),
        await root.get('plain/l?list=true'),
        await root.get('plain/l/?list=True'),
      ]) {
        expect(answer.body.data).toEqual({ keys: ['a', 'b/'] });
      }
    });

    it('deletes, also what is not there', async () => {
      for (let twice = 0; twice < 2; twice += 1) expect(await root.delete('plain/app/db')).toEqual(NOTHING);
      expect(await root.get('plain/app/db')).toEqual(NOT_FOUND);
    });

    it('refuses a patch with 405', async () => {
      expect(await root.request('PATCH', 'plain/a', { a: 1 }, MERGE)).toMatchObject({
        status: 405,
        body: { errors: [multi('unsupported operation')] },
      });
    });
  });

  describe('kv version 2', () => {
    it('counts versions and reads any of them', async () => {
      expect((await root.post('kv/data/s', { data: { a: 1 } })).body.data).toEqual({ ...VERSION, version: 1 });
      expect((await root.request('PUT', 'kv/data/s', { data: { a: 2 }, options: { cas: 1 } })).body.data).toEqual({
        ...VERSION,
        version: 2,
      });
      expect((await root.get('kv/data/s')).body.data).toEqual({ data: { a: 2 }, metadata: { ...VERSION, version: 2 } });
      expect((await root.get('kv/data/s?version=1')).body.data).toEqual({
        data: { a: 1 },
        metadata: { ...VERSION, version: 1 },
      });
      expect((await root.get('kv/data/s?version=0')).body.data.metadata.version).toBe(2);
      expect(await root.get('kv/data/s?version=9')).toEqual(NOT_FOUND);
      expect((await root.post('kv/data/s', { data: {}, options: { cas: 0 } })).status).toBe(400);
    });

    it('gives 200 writers of one key at the same time a version each', async () => {
      const answers = await Promise.all(
        Array.from({ length: 200 }, (_, at) => root.post('kv/data/hot', { data: { at } })),
      );
      expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 200 }, () => 200));
      expect(new Set(answers.map(({ body }) => body.data.version)).size).toBe(200);
      expect((await root.get('kv/metadata/hot')).body.data.current_version).toBe(200);
    });

    it('warns of a member beside data and options', async () => {
      const { body } = await root.post('kv/data/odd', { data: {}, junk: 1 });
      expect(body.warnings).toEqual(['Endpoint ignored these unrecognized parameters: [junk]']);
    });

    it('patches by merging', async () => {
      await root.must('POST', 'kv/data/p', { data: { a: { b: 1, c: 2 }, d: 3 } });
      expect((await root.request('PATCH', 'kv/data/p', { data: { a: { b: null, e: 4 } } }, MERGE)).body.data).toEqual({
        ...VERSION,
        version: 2,
      });
      expect((await root.get('kv/data/p')).body.data.data).toEqual({ a: { c: 2, e: 4 }, d: 3 });
      expect(
        await root.request('PATCH', 'kv/data/p', { data: {} }, { 'Content-Type': 'application/json' }),
      ).toMatchObject({
        status: 415,
        body: { errors: ['PATCH requires Content-Type of application/merge-patch+json, provided application/json'] },
      });
      expect(await root.request('PATCH', 'kv/data/none', { data: {} }, MERGE)).toEqual(NOT_FOUND);
    });

    it('deletes, restores and destroys versions; a gone one is a 404 that tells its metadata', async () => {
      for (const a of [1, 2, 3]) await root.must('POST', 'kv/data/d', { data: { a } });
      expect(await root.delete('kv/data/d')).toEqual(NOTHING);
      expect(await root.get('kv/data/d')).toMatchObject({
        status: 404,
        body: { data: { data: null, metadata: { version: 3, deletion_time: TIME, destroyed: false } } },
      });
      expect((await root.request('PATCH', 'kv/data/d', { data: {} }, MERGE)).status).toBe(404);
      expect(await root.post('kv/delete/d', { versions: [1, 2] })).toEqual(NOTHING);
      expect(await root.post('kv/undelete/d', { versions: [2, 3] })).toEqual(NOTHING);
      expect(await root.request('PUT', 'kv/destroy/d', { versions: [2] })).toEqual(NOTHING);
      const found = [];
      for (const version of [1, 2, 3]) found.push((await root.get(`kv/data/d?version=${version}`)).status);
      expect(found).toEqual([404, 404, 200]);
      expect((await root.get('kv/data/d?version=2')).body.data.metadata.destroyed).toBe(true);
    });

    it('shows the structure without the values', async () => {
      await root.must('POST', 'kv/data/deep', { data: { a: { b: { c: 1 } }, d: [1] } });
      expect((await root.get('kv/subkeys/deep')).body.data).toEqual({
        subkeys: { a: { b: { c: null } }, d: null },
        metadata: { ...VERSION, version: 1 },
      });
      expect((await root.get('kv/subkeys/deep?depth=1&version=1')).body.data.subkeys).toEqual({ a: null, d: null });
    });

    it('keeps metadata, and drops versions beyond the most that are wanted', async () => {
      for (const a of [1, 2, 3]) await root.must('POST', 'kv/data/m/x', { data: { a } });
      expect(
        await root.post('kv/metadata/m/x', {
          max_versions: 2,
          delete_version_after: '3h25m19s',
          custom_metadata: { owner: 'me' },
        }),
      ).toEqual(NOTHING);
      expect(
        await root.request('PATCH', 'kv/metadata/m/x', { custom_metadata: { owner: null, team: 'us' } }, MERGE),
      ).toEqual(NOTHING);
      await root.must('POST', 'kv/data/m/x', { data: { a: 4 } });
      const one = { created_time: TIME, deletion_time: '', destroyed: false };
      expect((await root.get('kv/metadata/m/x')).body.data).toEqual({
        cas_required: false,
        created_time: TIME,
        current_version: 4,
        custom_metadata: { team: 'us' },
        delete_version_after: '3h25m19s',
        max_versions: 2,
        oldest_version: 3,
        updated_time: TIME,
        versions: { 3: one, 4: { ...one, deletion_time: TIME } },
      });
      expect((await root.get('kv/data/m/x')).body.data.metadata.custom_metadata).toEqual({ team: 'us' });
      expect((await root.request('LIST', 'kv/metadata')).body.data.keys).toContain('m/');
      expect((await root.request('LIST', 'kv/metadata/m')).body.data).toEqual({ keys: ['x'] });
      expect(await root.delete('kv/metadata/m/x')).toEqual(NOTHING);
      expect(await root.get('kv/data/m/x')).toEqual(NOT_FOUND);
    });

    it('has settings for the mount', async () => {
      await root.must('POST', 'sys/mounts/strict', { type: 'kv', options: { version: '2' } });
      expect((await root.get('strict/config')).body.data).toEqual({
        cas_required: false,
        delete_version_after: '0s',
        max_versions: 0,
      });
      expect(
        await root.post('strict/config', { cas_required: true, max_versions: 5, delete_version_after: '1h' }),
      ).toEqual(NOTHING);
      expect((await root.get('strict/config')).body.data).toEqual({
        cas_required: true,
        delete_version_after: '1h0m0s',
        max_versions: 5,
      });
      expect((await root.post('strict/data/a', { data: {} })).body.errors).toEqual([
        'check-and-set parameter required for this call',
      ]);
      expect((await root.post('strict/data/a', { data: {}, options: { cas: 0 } })).body.data).toMatchObject({
        version: 1,
        deletion_time: TIME,
      });
    });

    it.each([
      ['GET', 'get'],
      ['LIST', 'list'],
      ['POST', 'put'],
      ['DELETE', 'delete'],
    ])('says to %s on a path of version 1 what to do', async (method) => {
      const { status, body } = await root.request(method, 'kv/some/path', method === 'POST' ? { a: 1 } : undefined);
      expect(status).toBe(404);
      expect(body).toMatchObject({
        data: null,
        auth: null,
        warnings: [expect.stringMatching(/^Invalid path for a versioned K\/V secrets engine\. /)],
      });
    });
  });

  it.each([
    ['plain/n', LETTERS],
    ['cubbyhole/n', LETTERS],
    ['kv/data/n', `{"data":${LETTERS}}`],
  ])('keeps numbers at %s to the letter', async (path, text) => {
    await root.must('POST', path, text);
    expect((await root.get(path)).text).toContain(`"data":${LETTERS}`);
  });

  it('turns numbers in custom metadata into text, to the letter', async () => {
    await root.must('POST', 'kv/metadata/n', '{"custom_metadata":{"big":12345678901234567890,"exact":1.50}}');
    expect((await root.get('kv/metadata/n')).body.data.custom_metadata).toEqual({
      big: '12345678901234567890',
      exact: '1.50',
    });
  });

  it('keeps one cubbyhole for each token', async () => {
    const { auth } = await root.must('POST', 'auth/token/create', { policies: ['default'] });
    const holder = root.as(auth.client_token);
    expect(await holder.post('cubbyhole/a/b', { c: 1 })).toEqual(NOTHING);
    expect((await holder.get('cubbyhole/a/b')).body).toMatchObject({
      data: { c: 1 },
      mount_type: 'cubbyhole',
      lease_id: '',
    });
    expect((await holder.request('LIST', 'cubbyhole')).body.data).toEqual({ keys: ['a/'] });
    expect((await holder.get('cubbyhole/a?list=1')).body.data).toEqual({ keys: ['b'] });
    expect(await root.get('cubbyhole/a/b')).toEqual(NOT_FOUND);
    for (let twice = 0; twice < 2; twice += 1) expect(await holder.delete('cubbyhole/a/b')).toEqual(NOTHING);
  });
});
