import { FakeRooms, incoming, MOUNT, sendTo } from '../fake-rooms.testing';

const SENT = {
  'x-vault-token': 'hvs.client',
  authorization: 'Bearer hvs.client',
  cookie: 'session=1',
  'x-custom': ['a', 'b'],
  'x-other': 'o',
  accept: '*/*',
};

/** The headers that the engine gets. */
async function headersAt(
  passthroughRequestHeaders: readonly string[] | undefined,
  headers: Record<string, string | string[]> = SENT,
  takesToken = false,
) {
  const rooms = new FakeRooms();
  rooms.mount = { ...MOUNT, ...(passthroughRequestHeaders && { passthroughRequestHeaders }) };
  rooms.declaration = { takesToken };
  const seen: unknown[] = [];
  rooms.handler = async (request) => {
    seen.push(request.headers, request.clientToken);
    return { data: {} };
  };
  await sendTo(rooms, incoming({ headers }));
  return seen;
}

describe('headers', () => {
  it('reach an engine only where its mount lets them through', async () => {
    expect(await headersAt(undefined)).toEqual([{}, undefined]);
    expect(await headersAt(['X-Custom', 'Cookie'])).toEqual([
      { 'x-custom': ['a', 'b'], cookie: 'session=1' },
      undefined,
    ]);
  });

  it("never bring the client's token, whatever the mount lets through", async () => {
    expect(await headersAt(['X-Vault-Token', 'Authorization'])).toEqual([{}, undefined]);
    expect(await headersAt(['Authorization'], { 'x-vault-token': 'hvs.client', authorization: 'Basic other' })).toEqual(
      [{ authorization: 'Basic other' }, undefined],
    );
  });

  it('are not needed where a path is there to judge the token', async () => {
    expect(await headersAt(undefined, SENT, true)).toEqual([{}, 'hvs.client']);
  });

  it('come back to the client only where the mount allows them', async () => {
    const rooms = new FakeRooms();
    rooms.handler = async () => ({ data: {}, headers: { 'X-Answer': '1', 'Set-Cookie': 'a=b' } });
    expect((await sendTo(rooms)).headers).toEqual({});
    rooms.mount = { ...MOUNT, allowedResponseHeaders: ['x-answer'] };
    expect((await sendTo(rooms)).headers).toEqual({ 'X-Answer': '1' });
  });
});
