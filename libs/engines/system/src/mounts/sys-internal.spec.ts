import { caller, engineRequest } from '@tidelock/engine-testing';
import { OpenApiPaths } from './open-api.paths';
import { UiMountsPaths } from './ui-mounts.paths';
import { at, Mounts, policies } from './mounts.testing';

const mounts = new Mounts();
const ui = new UiMountsPaths(mounts, policies);

describe('sys/internal/ui/mounts', () => {
  it('shows callers without a token only what is listed for everybody, and little of it', async () => {
    expect((await ui.list(engineRequest())).data).toEqual({
      secret: {},
      auth: { 'userpass/': { type: 'userpass', description: '', options: null } },
    });
  });

  it('shows callers what they have a right in', async () => {
    const { data } = await ui.list(engineRequest({ caller: caller({ policies: ['team/app/x'] }) }));
    expect(data).toEqual({
      secret: { 'team/app/': expect.objectContaining({ uuid: 'uuid-of-team/app/' }) },
      auth: { 'userpass/': expect.anything() },
    });
    const all = await ui.list(engineRequest({ caller: caller({ policies: ['root'] }) }));
    expect(Object.keys((all.data as { secret: object }).secret)).toEqual(['kv/', 'sys/', 'team/app/']);
  });

  it('finds the mount of a path for those who may see it', async () => {
    const mine = { caller: caller({ policies: ['kv/data/x'] }) };
    expect((await ui.read(at('kv/data/x', mine))).data).toMatchObject({
      path: 'kv/',
      type: 'kv',
      options: { version: '2' },
    });
    expect((await ui.read(at('kv', mine))).data).toMatchObject({ path: 'kv/' });
    for (const [path, request] of [
      ['nothing', at('nothing', mine)],
      ['team/app', at('team/app/', mine)],
      ['kv', at('kv')],
    ] as const) {
      await expect(ui.read(request)).rejects.toMatchObject({
        status: 403,
        errors: [
          `preflight capability check returned 403, please ensure client's policies grant access to path "${path}/"`,
        ],
      });
    }
  });
});

describe('sys/internal/specs/openapi', () => {
  it('describes sys/ and what the caller may see', async () => {
    const openApi = new OpenApiPaths(mounts, policies);
    expect(await openApi.document(engineRequest())).toEqual({
      bare: true,
      data: { paths: ['sys/', 'auth/userpass/'] },
    });
    const { data } = await openApi.document(engineRequest({ caller: caller({ policies: ['kv/'] }) }));
    expect(data).toEqual({ paths: ['kv/', 'sys/', 'auth/userpass/'] });
  });
});
