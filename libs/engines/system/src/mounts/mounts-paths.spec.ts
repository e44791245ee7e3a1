import { type BodyClass, convertBody, pathsOf } from '@tidelock/engine-api';
import { engineRequest } from '@tidelock/engine-testing';
import { EnableBody, TuneBody } from './mount-body';
import { MountsPaths } from './mounts.paths';
import { RemountPaths } from './remount.paths';
import { Mounts } from './mounts.testing';

const mounts = new Mounts();
const paths = new MountsPaths(mounts);
/** A request to `mounts/<path>`, or `auth/<path>`. */
const to = (path: string) => engineRequest({ path, params: { path: path.replace(/^\w+\//, '') } });
const sent = <T extends object>(bodyClass: BodyClass<T>, path: string, raw: Record<string, unknown>) =>
  engineRequest<T>({ ...to(path), raw, body: convertBody(bodyClass, raw).body });

beforeEach(() => {
  mounts.calls.length = 0;
});

describe('sys/mounts and sys/auth', () => {
  it('list entries by path, with all their fields, also at the top level', async () => {
    expect(await paths.list(to('mounts'))).toMatchObject({ dataAtTopLevel: true });
    const { data } = await paths.list(to('mounts'));
    expect(Object.keys(data ?? {})).toEqual(['kv/', 'sys/', 'team/app/']);
    expect(data?.['kv/']).toEqual({
      accessor: 'kv_0a1b2c3d',
      config: { default_lease_ttl: 0, max_lease_ttl: 0, force_no_cache: false },
      deprecation_status: 'supported',
      description: '',
      external_entropy_access: false,
      local: false,
      options: { version: '2' },
      plugin_version: '',
      running_plugin_version: expect.stringMatching(/^v\d.*\+builtin/),
      running_sha256: '',
      seal_wrap: false,
      type: 'kv',
      uuid: 'uuid-of-kv/',
    });
    expect((data?.['team/app/'] as { options: unknown }).options).toBeNull();
    const methods = (await paths.list(to('auth'))).data;
    expect(methods?.['userpass/']).toMatchObject({
      config: { token_type: 'default-service', default_lease_ttl: 5, listing_visibility: 'unauth' },
    });
  });

  it('show one entry, or say that there is none', async () => {
    expect((await paths.read(to('mounts/team/app'))).data).toMatchObject({ uuid: 'uuid-of-team/app/' });
    await expect(paths.read(to('mounts/nothere'))).rejects.toMatchObject({
      status: 400,
      errors: ['No secret engine mount at nothere/'],
    });
    await expect(paths.read(to('auth/none'))).rejects.toMatchObject({
      status: 400,
      errors: ['No auth engine at none/'],
    });
  });

  it('show the settings in force', async () => {
    expect((await paths.readTuning(to('mounts/kv'))).data).toEqual({
      description: '',
      default_lease_ttl: 2_764_800,
      max_lease_ttl: 2_764_800,
      force_no_cache: false,
      options: { version: '2' },
    });
    expect((await paths.readTuning(to('auth/userpass'))).data).toMatchObject({
      token_type: 'default-service',
      listing_visibility: 'unauth',
    });
    await expect(paths.readTuning(to('mounts/nothere'))).rejects.toMatchObject({
      errors: ['cannot fetch sysview for path "nothere/"'],
    });
    await expect(paths.readTuning(to('auth/none'))).rejects.toMatchObject({
      errors: ['cannot fetch sysview for path "auth/none/"'],
    });
  });

  it('show the settings of lockout under the names that clients read', async () => {
    const lockout = {
      user_lockout_threshold: 2,
      user_lockout_duration: 0,
      user_lockout_counter_reset_duration: 0,
      user_lockout_disable: false,
    };
    const tuning = (await paths.readTuning(to('auth/tuned'))).data;
    expect(tuning).toMatchObject(lockout);
    expect(tuning).not.toHaveProperty('user_lockout_config');
    expect((await paths.list(to('auth'))).data?.['tuned/']).toMatchObject({ config: { user_lockout_config: lockout } });
    expect((await paths.readTuning(to('auth/userpass'))).data).not.toHaveProperty('user_lockout_threshold');
    expect((await paths.read(to('auth/userpass'))).data?.['config']).not.toHaveProperty('user_lockout_config');
  });

  it('mount with what was given, and nothing else', async () => {
    await paths.enable(
      sent(EnableBody, 'mounts/kv2', {
        type: 'kv',
        options: { version: 2 },
        local: 'true',
        config: { default_lease_ttl: '1h', max_lease_ttl: 7200, force_no_cache: true },
      }),
    );
    await paths.enable(
      sent(EnableBody, 'auth/userpass', {
        type: 'userpass',
        options: null,
        config: { token_type: 'batch', listing_visibility: 'unauth' },
      }),
    );
    expect(mounts.calls).toEqual([
      {
        kind: 'secret',
        path: 'kv2',
        type: 'kv',
        options: { version: '2' },
        local: true,
        config: { default_lease_ttl: 3600, max_lease_ttl: 7200, force_no_cache: true },
      },
      {
        kind: 'auth',
        path: 'userpass',
        type: 'userpass',
        config: { token_type: 'batch', listing_visibility: 'unauth' },
      },
    ]);
  });

  it('refuse settings that are none', async () => {
    expect(() => sent(EnableBody, 'mounts/x', {})).toThrow('backend type must be specified as a string');
    for (const name of ['default_lease_ttl', 'max_lease_ttl']) {
      const negative = {
        status: 400,
        message: `error converting input for field "${name}": expected a duration that is not negative`,
      };
      await expect(paths.tune(sent(TuneBody, 'mounts/x', { [name]: '-1h' }))).rejects.toMatchObject(negative);
    }
    const bad = { type: 'kv', config: { default_lease_ttl: 'soon' } };
    await expect(paths.enable(sent(EnableBody, 'mounts/x', bad))).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('"default_lease_ttl"'),
    });
    await expect(
      paths.enable(sent(EnableBody, 'mounts/x', { type: 'kv', config: { force_no_cache: 'maybe' } })),
    ).rejects.toMatchObject({ status: 400 });
    await expect(
      paths.tune(sent(TuneBody, 'mounts/x', { user_lockout_config: { lockout_threshold: 'many' } })),
    ).rejects.toMatchObject({ status: 400 });
  });

  it('tune what was given; `local` is accepted and ignored', async () => {
    expect(
      await paths.tune(
        sent(TuneBody, 'mounts/kv', { local: true, max_lease_ttl: 'system', passthrough_request_headers: 'A,B' }),
      ),
    ).toBeUndefined();
    await paths.tune(
      sent(TuneBody, 'auth/userpass', {
        description: '',
        user_lockout_config: { lockout_threshold: '5', lockout_duration: '10m' },
      }),
    );
    expect(mounts.calls).toEqual([
      ['secret', 'kv', { config: { max_lease_ttl: 0, passthrough_request_headers: ['A', 'B'] } }],
      [
        'auth',
        'userpass',
        { description: '', config: { user_lockout_config: { lockout_threshold: 5, lockout_duration: 600 } } },
      ],
    ]);
    expect(convertBody(TuneBody, { local: true }).warnings).toEqual([]);
  });

  it('unmount', async () => {
    await paths.disable(to('mounts/kv'));
    await paths.disable(to('auth/userpass'));
    expect(mounts.calls).toEqual([
      ['secret', 'kv'],
      ['auth', 'userpass'],
    ]);
  });

  it('ask for sudo for each change of an auth method, and for none of a secrets engine', () => {
    const changing = (root: string) =>
      pathsOf(MountsPaths)
        .filter(({ operations, pattern }) => !operations.includes('read') && pattern.startsWith(root))
        .map(({ sudo }) => sudo ?? false);
    expect(changing('auth')).toEqual([true, true, true]);
    expect(changing('mounts')).toEqual([false, false, false]);
  });
});

describe('sys/remount', () => {
  const remount = new RemountPaths(mounts);

  it('answers with an id and tells later what became of it', async () => {
    const [request] = [engineRequest({ body: { from: 'a', to: 'b' } })];
    expect(await remount.remount(request as never)).toMatchObject({
      data: { migration_id: 'a b' },
      warnings: [expect.any(String)],
      dataAtTopLevel: true,
    });
    expect((await remount.status(engineRequest({ params: { id: 'known' } }))).data).toEqual({
      migration_id: 'known',
      migration_info: { source_mount: 'a/', target_mount: 'b/', status: 'success' },
    });
    await expect(remount.status(engineRequest({ params: { id: 'other' } }))).rejects.toMatchObject({
      status: 404,
      errors: [],
    });
  });
});
