import { readFileSync } from 'node:fs';
import { rm, symlink } from 'node:fs/promises';
import { type Api, eventually } from '../harness/api';
import { Cluster } from '../harness/cluster';
import { multi, NOTHING, type Refusal } from '../harness/expectations';
import { KAFKA, newTopicPrefix } from '../harness/services';

const REFUSALS: readonly Refusal[] = [
  ['POST', 'sys/audit-hash/none', { input: 'a' }, 400, ['unknown audit backend']],
  ['POST', 'sys/audit/x', {}, 400, [expect.any(String) as string]],
];

describe('audit devices', () => {
  let cluster: Cluster;
  let root: Api;

  beforeAll(async () => {
    cluster = await Cluster.start({ kafka: KAFKA, topicPrefix: newTopicPrefix('api-audit'), storage: 'sqlite' });
    ({ root } = cluster);
    await root.must('POST', 'sys/mounts/kv', { type: 'kv' });
    await root.must('POST', 'kv/a', { b: 1 });
  });
  afterAll(() => cluster.server.stop());

  it.each(REFUSALS)('%s %s %j is answered with %i', async (method, path, body, status, errors) => {
    const answer = await root.request(method, path, body);
    expect({ status: answer.status, body: answer.body }).toEqual({ status, body: { errors } });
  });

  it('log to a file, hashing what is secret', async () => {
    const file = `${cluster.server.folder}/audit.log`;
    expect(
      await root.request('PUT', 'sys/audit/file', { type: 'file', description: 'd', options: { file_path: file } }),
    ).toEqual(NOTHING);
    expect(await root.post('sys/audit/file', { type: 'file', options: { file_path: file } })).toMatchObject({
      status: 400,
      body: { errors: ['path already in use'] },
    });
    expect(
      (await root.post('sys/audit/folder', { type: 'file', options: { file_path: cluster.server.folder } })).status,
    ).toBe(400);
    const { body } = await root.get('sys/audit');
    const device = { path: 'file/', type: 'file', description: 'd', options: { file_path: file }, local: false };
    expect(body.data).toEqual({ 'file/': device });
    expect(body['file/']).toEqual(device);
    await root.must('POST', 'kv/audited', { password: 'open-sesame' });
    const { data, hash } = await root.must('POST', 'sys/audit-hash/file', { input: 'open-sesame' });
    expect(data).toEqual({ hash });
    const log = readFileSync(file, 'utf8');
    expect(log).toContain(`"password":"${hash}"`);
    expect(log).not.toContain('open-sesame');
    const entries = log
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter(({ request }) => request?.path === 'kv/audited');
    expect(entries.map(({ type }) => type)).toEqual(['request', 'response']);
    expect(entries[0].request).toMatchObject({
      operation: expect.any(String),
      mount_type: 'kv',
      mount_point: 'kv/',
      remote_address: '127.0.0.1',
    });
    const header = 'sys/config/auditing/request-headers/X-Trace';
    expect(await root.post(header, { hmac: true })).toEqual(NOTHING);
    expect((await root.get('sys/config/auditing/request-headers')).body.headers).toEqual({ 'x-trace': { hmac: true } });
    expect(await root.delete(header)).toEqual(NOTHING);
    for (const path of ['file', 'none']) expect(await root.delete(`sys/audit/${path}`)).toEqual(NOTHING);
    expect((await root.get('sys/audit')).body.data).toEqual({});
  });

  it('know whatever somebody with a token asks, and a creation from an update', async () => {
    const file = `${cluster.server.folder}/all.log`;
    await root.must('POST', 'sys/audit/all', { type: 'file', options: { file_path: file } });
    await root.must('POST', 'sys/mounts/kv2', { type: 'kv', options: { version: '2' } });
    await root.must('POST', 'sys/auth/userpass', { type: 'userpass' });
    await root.get('nomount/q');
    await root.get('sys/nosuch');
    await root.request('PATCH', 'kv/a', {}, { 'Content-Type': 'application/merge-patch+json' });
    await root.request('POST', 'kv/broken', '{"a":"open-sesame');
    await root.list('kv/none');
    await root.request('GET', 'kv/bad%zz');
    await root.request('PROPFIND', 'kv/verb');
    expect(await cluster.anonymous.request('GET', 'kv/nobodys%zz')).toMatchObject({
      status: 400,
      body: { errors: ['path is not properly percent-encoded'] },
    });
    for (const verb of ['PROPFIND', 'OPTIONS'])
      expect(await cluster.anonymous.request(verb, 'kv/nobodys')).toMatchObject({ status: 405, body: { errors: [] } });
    const created: readonly [string, object][] = [
      ['kv/created', { a: 1 }],
      ['kv2/data/created', { data: { a: 1 } }],
      ['kv2/metadata/other', { max_versions: 2 }],
      ['cubbyhole/created', { a: 1 }],
      ['auth/token/roles/created', {}],
      ['auth/userpass/users/created', { password: 'open-sesame' }],
    ];
    for (const [path, body] of created) for (let time = 0; time < 2; time += 1) await root.must('POST', path, body);
    await root.delete('sys/audit/all');
    const log = readFileSync(file, 'utf8');
    expect(log).not.toContain('open-sesame');
    const entries = log
      .trim()
      .split('\n')
      .map(
        (line) => JSON.parse(line) as { type: string; error?: string; request: { path: string; operation: string } },
      );
    const of = (path: string) =>
      entries
        .filter(({ request }) => request.path === path)
        .map(({ type, error, request }) => [type, request.operation, error].filter(Boolean).join(' '));
    expect(of('nomount/q')).toEqual([
      'request read',
      'response read no handler for route "nomount/q". route entry not found.',
    ]);
    expect(of('sys/nosuch')).toEqual(['request read', `response read ${multi('unsupported path')}`]);
    expect(of('kv/a')).toEqual(['request patch', `response patch ${multi('unsupported operation')}`]);
    expect(of('kv/broken')).toEqual(['request update', 'response update error parsing JSON']);
    expect(of('kv/none/')).toEqual(['request list', 'response list']);
    expect(of('kv/bad%zz')).toEqual(['request read', 'response read path is not properly percent-encoded']);
    expect(log).not.toContain('nobodys');
    expect(of('kv/verb')).toEqual(['request propfind', 'response propfind unsupported operation']);
    for (const [path] of created)
      expect(of(path)).toEqual(['request create', 'response create', 'request update', 'response update']);
  });

  it('take the file under its other name, twice if wanted', async () => {
    const options = { path: `${cluster.server.folder}/shared.log` };
    for (const name of ['one', 'two'])
      expect(await root.post(`sys/audit/${name}`, { type: 'file', options })).toEqual(NOTHING);
    for (const name of ['one', 'two']) await root.delete(`sys/audit/${name}`);
  });

  it('refuse every request that no device can log, and let them through afterwards', async () => {
    const file = `${cluster.server.folder}/refusing.log`;
    const leadTo = async (target: string) => {
      await rm(file, { force: true });
      await symlink(target, file);
      cluster.server.signal('SIGHUP');
    };
    const untilAnswered = (status: number) =>
      eventually(`an answer with ${status}`, async () => (await root.get('kv/a')).status === status);
    await leadTo(`${file}.1`);
    expect(await root.post('sys/audit/refusing', { type: 'file', options: { file_path: file } })).toEqual(NOTHING);
    await leadTo('/dev/full');
    await untilAnswered(500);
    expect(await root.post('kv/unlogged', { a: 1 })).toMatchObject({
      status: 500,
      body: { errors: ['internal error'] },
    });
    await leadTo(`${file}.2`);
    await untilAnswered(200);
    expect((await root.get('kv/unlogged')).status).toBe(404);
    expect(await root.delete('sys/audit/refusing')).toEqual(NOTHING);
  });
});
