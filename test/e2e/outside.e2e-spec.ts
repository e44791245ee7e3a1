import { Api, eventually } from '../harness/api';
import { ServerProcess } from '../harness/server-process';
import { Directory } from '../engines/directory';
import { WITH_TEST_ENGINES } from '../engines/program';

// What an engine brings about outside is there exactly if its request has committed, whenever the server is killed.
describe('an engine with a directory outside', () => {
  let directory: Directory;
  let server: ServerProcess;
  let root: Api;
  let key: string;

  beforeAll(async () => {
    directory = await Directory.start();
    server = await ServerProcess.start({
      program: WITH_TEST_ENGINES,
      config: 'storage "sqlite" { path = "store.db" }',
    });
    const anonymous = new Api(server.address);
    const init = await anonymous.must('POST', 'sys/init', { secret_shares: 1, secret_threshold: 1 });
    [key] = init.keys_base64;
    await anonymous.must('POST', 'sys/unseal', { key });
    root = anonymous.as(init.root_token);
    await root.must('POST', 'sys/mounts/directory', { type: 'directory' });
    await root.must('POST', 'directory/config', { address: directory.address });
  });
  afterAll(async () => {
    await server.stop();
    await directory.stop();
  });
  afterEach(() => directory.hold(''));

  async function killAndRestart(): Promise<void> {
    await server.kill();
    await directory.hold('');
    await server.start();
    await root.must('POST', 'sys/unseal', { key });
  }
  const recorded = async (): Promise<string[]> => (await root.list('directory/users')).body.data?.keys ?? [];
  const undo = async () =>
    (await root.get('sys/internal/tasks')).body.data.tasks.find(({ path }: { path: string }) =>
      path.endsWith('intents/undo'),
    );

  it('makes a user with its record, and asks the directory', async () => {
    await root.must('POST', 'directory/users/ann');
    expect(await directory.users()).toEqual(['ann']);
    expect(await recorded()).toEqual(['ann']);
    expect((await root.get('directory/users')).body.data).toEqual({ users: ['ann'] });
    expect(await undo()).toMatchObject({ last_error: '' });
  });

  it('keeps that when the server is killed behind its commit', async () => {
    await killAndRestart();
    await eventually('the task to have run', async () => (await undo()).runs > 0);
    expect(await directory.users()).toEqual(['ann']);
    expect(await recorded()).toEqual(['ann']);
  });

  it('leaves nothing behind when the server is killed between effect and commit', async () => {
    await directory.hold('behind');
    const request = root.post('directory/users/bob').catch(() => undefined);
    await eventually('the user', async () => (await directory.users()).includes('bob'));
    await killAndRestart();
    await request;
    await eventually('the user to go', async () => !(await directory.users()).includes('bob'));
    expect(await recorded()).toEqual(['ann']);
  });

  it('leaves nothing behind of what arrives when the server is dead', async () => {
    await directory.hold('before');
    const request = root.post('directory/users/eve').catch(() => undefined);
    await eventually('the call', async () => (await directory.held()).includes('eve'));
    await server.kill();
    await directory.release();
    expect(await directory.users()).toEqual(['ann', 'eve']);
    await killAndRestart();
    await request;
    await eventually('the user to go', async () => !(await directory.users()).includes('eve'));
  });

  it('leaves nothing behind where the client hangs up', async () => {
    await directory.hold('behind');
    const hasty = new Api(root.address, root.token, 1000);
    await expect(hasty.post('directory/users/dan')).rejects.toThrow();
    await eventually(
      'the user to go',
      async () => (await undo()).runs > 0 && !(await directory.users()).includes('dan'),
    );
  });

  it('gives users with a lease, and takes them back with it', async () => {
    const { data, lease_id: lease } = await root.must('GET', 'directory/creds');
    expect(await directory.users()).toEqual(['ann', data.name]);
    await root.must('POST', 'sys/leases/revoke', { lease_id: lease, sync: true });
    expect(await directory.users()).toEqual(['ann']);
  });

  it('lets its mount go where the directory is gone for good, once what is left there is given up by force', async () => {
    const gone = await Directory.start();
    await root.must('POST', 'sys/mounts/gone', { type: 'directory' });
    await root.must('POST', 'gone/config', { address: gone.address });
    await gone.stop();
    expect((await root.post('gone/users/ann')).status).toBe(500);
    const refused = await root.delete('sys/mounts/gone');
    expect([refused.status, refused.body.errors]).toEqual([
      400,
      [expect.stringContaining('failed to undo "create-user" of gone/')],
    ]);
    await root.must('POST', 'sys/leases/revoke-force/gone');
    await root.must('DELETE', 'sys/mounts/gone');
    await eventually('nothing to be left to undo', async () => (await undo()).last_error === '');
  });
});
