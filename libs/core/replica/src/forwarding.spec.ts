import { type Caller } from '@tidelock/engine-api';
import { badRequest, RawJson, TidelockError } from '@tidelock/kernel';
import type { IncomingRequest, RequestContext } from '@tidelock/core/pipeline';
import { PrimaryUnreachable, type ReplicationNode } from '@tidelock/replication';
import { decodeCall, encodeCall } from '@tidelock/replication/testing';
import { CLIENT_CERTIFICATE } from './client-certificate.testing';
import { type ForwardedRequest, forwardToPrimary } from './forwarding';
import { incomingOf } from './received-request';

const CALLER: Caller = {
  clientToken: 'hvs.CLIENT',
  tokenId: 'TOKEN-ID',
  accessor: 'ACCESSOR',
  type: 'service',
  displayName: 'userpass-tester',
  policies: ['default', 'writer'],
  entityId: 'entity',
  metadata: { username: 'tester' },
  orphan: true,
  numUses: 3,
  isRoot: false,
};

const INCOMING: IncomingRequest = {
  id: 'request-1',
  operation: 'update',
  path: 'secret/data/a',
  data: { data: { n: new RawJson('1.50') } },
  clientToken: 'hvs.CLIENT',
  headers: {
    'x-vault-token': 'hvs.CLIENT',
    authorization: 'Bearer hvs.CLIENT',
    'proxy-authorization': 'Basic hvs.CLIENT',
    cookie: 'hvs.CLIENT',
    'x-vault-wrap-ttl': '60',
    'x-vault-index': 'state',
    'x-vault-inconsistent': 'forward-active-node',
    'x-vault-forward': 'active-node',
    host: 'secondary',
    'content-length': '9',
    'x-vault-request': 'true',
    'x-request-tags': ['a', 'b'],
  },
  connection: { remoteAddress: '192.0.2.7', remotePort: 4711, peerCertificate: CLIENT_CERTIFICATE },
  wrap: { ttlSeconds: 60 },
  requiredStates: ['state'],
};

const PEER = { secondaryId: 'us-east', level: 'all', hidden: [] } as const;

/** A node whose primary answers so; bodies go through the cluster port's encoding, both ways. */
function nodeWith(primary: (request: ForwardedRequest) => Promise<unknown>) {
  const calls: { name: string; body: ForwardedRequest; options: unknown }[] = [];
  const node = {
    async callPrimary<T>(name: string, body: ForwardedRequest, options: unknown): Promise<T> {
      const arrived = decodeCall<ForwardedRequest>(encodeCall(body));
      calls.push({ name, body: arrived, options });
      return decodeCall<T>(encodeCall(await primary(arrived)));
    },
  } as unknown as ReplicationNode;
  return { node, calls };
}

const contextWith = (more: Partial<RequestContext> = {}): RequestContext => ({
  incoming: INCOMING,
  now: 0,
  warnings: [],
  caller: CALLER,
  ...more,
});
const lost: string[] = [];
const forward = (node: ReplicationNode, context: RequestContext) =>
  forwardToPrimary(node, context, () => void lost.push(context.incoming.id));
const NOTHING = { response: undefined, warnings: [], index: 0 };

describe('forwarding to the primary', () => {
  it('tells what is asked and who asks', async () => {
    const { node, calls } = nodeWith(async () => NOTHING);
    await forward(node, contextWith());
    expect(calls[0]).toMatchObject({
      name: 'forward',
      body: {
        id: 'request-1',
        operation: 'update',
        path: 'secret/data/a',
        data: { data: { n: new RawJson('1.50') } },
        headers: { 'x-vault-request': 'true', 'x-request-tags': ['a', 'b'] },
        remoteAddress: '192.0.2.7',
        remotePort: 4711,
        caller: {
          displayName: 'userpass-tester',
          policies: ['default', 'writer'],
          entityId: 'entity',
          metadata: { username: 'tester' },
        },
      },
    });
  });

  it("takes no handle to the client's token out of this cluster", async () => {
    const { node, calls } = nodeWith(async () => NOTHING);
    await forward(node, contextWith());
    expect(Object.keys(calls[0]?.body.caller ?? {}).sort()).toEqual([
      'displayName',
      'entityId',
      'metadata',
      'policies',
    ]);
    const all = JSON.stringify(calls[0]?.body);
    for (const secret of ['hvs.CLIENT', 'TOKEN-ID', 'ACCESSOR']) expect(all).not.toContain(secret);
  });

  it('brings the bytes of a body that is no JSON', async () => {
    const { node, calls } = nodeWith(async () => NOTHING);
    const bytes = Buffer.from([0, 255]);
    await forward(node, contextWith({ incoming: { ...INCOMING, bytes } }));
    expect(incomingOf(calls[0]?.body, PEER).bytes).toEqual(bytes);
  });

  it("brings the client's certificate", async () => {
    const { node, calls } = nodeWith(async () => NOTHING);
    await forward(node, contextWith());
    expect(calls[0]?.body.peerCertificate).toEqual(CLIENT_CERTIFICATE);
  });

  it('keeps back what was meant for this cluster: wrapping, states, host', async () => {
    const { node, calls } = nodeWith(async () => NOTHING);
    await forward(node, contextWith());
    expect(Object.keys(calls[0]?.body.headers ?? {})).toEqual(['x-vault-request', 'x-request-tags']);
  });

  it('tells how long the answer will be wrapped, which policies may ask for', async () => {
    const { node, calls } = nodeWith(async () => NOTHING);
    await forward(node, contextWith());
    expect(incomingOf(calls[0]?.body, PEER).wrap).toEqual({ ttlSeconds: 60 });
  });

  it('names the states only where the primary answers for their sake', async () => {
    const { node, calls } = nodeWith(async () => NOTHING);
    await forward(node, contextWith());
    await forward(node, contextWith({ onPrimary: true }));
    expect(calls.map(({ body }) => incomingOf(body, PEER).requiredStates)).toEqual([[], ['state']]);
  });

  it('names no caller where there is none', async () => {
    const { node, calls } = nodeWith(async () => NOTHING);
    const { caller: _, ...anonymous } = contextWith();
    await forward(node, anonymous);
    expect(calls[0]?.body).not.toHaveProperty('caller');
  });

  it('may have no effect twice, and gives up within ten seconds', async () => {
    const { node, calls } = nodeWith(async () => NOTHING);
    await forward(node, contextWith());
    expect(calls[0]?.options).toEqual({ timeoutMilliseconds: expect.any(Number), atMostOnce: true });
    expect((calls[0]?.options as { timeoutMilliseconds: number }).timeoutMilliseconds).toBeLessThan(10_000);
  });

  it("gives the primary's answer, its warnings and its index", async () => {
    const { node } = nodeWith(async () => ({
      response: { data: { n: new RawJson('2.50') } },
      warnings: ['careful'],
      index: 9,
    }));
    expect(await forward(node, contextWith())).toEqual({
      response: { data: { n: new RawJson('2.50') }, warnings: ['careful'] },
      index: 9,
    });
  });

  it('gives no answer where the primary gave none, and warnings alone where there are only those', async () => {
    expect(await forward(nodeWith(async () => NOTHING).node, contextWith())).toEqual({ response: undefined, index: 0 });
    const { node } = nodeWith(async () => ({ ...NOTHING, warnings: ['careful'] }));
    expect(await forward(node, contextWith())).toEqual({ response: { warnings: ['careful'] }, index: 0 });
  });

  it("passes the primary's own error on as it is", async () => {
    const { node } = nodeWith(async () => {
      throw badRequest('check-and-set parameter did not match the current version');
    });
    await expect(forward(node, contextWith())).rejects.toMatchObject({
      status: 400,
      errors: ['check-and-set parameter did not match the current version'],
    });
  });

  it('answers 503 and says why when the primary cannot be reached', async () => {
    const { node } = nodeWith(async () => {
      throw new TidelockError('PRIMARY_UNREACHABLE', { text: 'long', cause: new Error('connect ECONNREFUSED') });
    });
    await expect(forward(node, contextWith())).rejects.toMatchObject({
      code: 'FORWARDING_FAILED',
      status: 503,
      errors: ['failed to forward request to the primary cluster: connect ECONNREFUSED; nothing was done'],
    });
  });
});

describe('a forwarded request whose answer is lost', () => {
  const lostOnce = (mayBeDone: boolean, outcome: () => Promise<unknown>) => {
    const names: string[] = [];
    const node = {
      callPrimary: async (name: string, body: { id: string }) => {
        names.push(`${name} ${body.id}`);
        if (name === 'forward') throw new PrimaryUnreachable(['https://p:8201'], new Error('aborted'), mayBeDone);
        return outcome();
      },
    } as unknown as ReplicationNode;
    return { node, names };
  };
  beforeEach(() => (lost.length = 0));

  it('is answered from what the primary keeps of it, and done once', async () => {
    const { node, names } = lostOnce(true, async () => ({ reply: { ...NOTHING, index: 9 } }));
    expect(await forward(node, contextWith())).toEqual({ response: undefined, index: 9 });
    expect([names, lost]).toEqual([['forward request-1', 'forward-outcome request-1'], []]);
  });

  it.each([badRequest('check-and-set'), new TidelockError('COMMIT_UNKNOWN')])(
    'fails with what it failed with there',
    async (failed) => {
      const { node } = lostOnce(true, async () => ({ failed }));
      await expect(forward(node, contextWith())).rejects.toMatchObject({ code: failed.code, errors: failed.errors });
      expect(lost).toEqual([]);
    },
  );

  it.each<[string, () => Promise<unknown>]>([
    ['knows nothing of it', async () => ({})],
    ['cannot be asked', () => Promise.reject(new PrimaryUnreachable([], new Error('refused')))],
    ['refuses the question', () => Promise.reject(new TidelockError('PERMISSION_DENIED'))],
    ['is of an earlier build', () => Promise.reject(new TidelockError('UNSUPPORTED_PATH'))],
  ])('fails, and may have been done, where the primary %s', async (_, outcome) => {
    const { node } = lostOnce(true, outcome);
    await expect(forward(node, contextWith())).rejects.toMatchObject({
      code: 'FORWARDING_FAILED',
      message: expect.stringMatching(/aborted; whether the change took effect is not known$/),
    });
    expect(lost).toEqual(['request-1']);
  });

  it('fails, and may have been done, where this cluster was sealed while it waited for the answer', async () => {
    const { node } = lostOnce(true, async () => ({}));
    const { callPrimary } = node;
    const sealed = {
      callPrimary: (name: string, body: unknown) => {
        if (name === 'forward-outcome') throw badRequest('this cluster is no replication secondary');
        return callPrimary(name, body);
      },
    } as unknown as ReplicationNode;
    await expect(forward(sealed, contextWith())).rejects.toMatchObject({ code: 'FORWARDING_FAILED' });
    expect(lost).toEqual(['request-1']);
  });

  it('has not been done where the primary says that it came too late: the caller had hung up before the commit', async () => {
    const { node } = lostOnce(true, async () => ({ failed: new TidelockError('FORWARDED_TOO_LATE') }));
    await expect(forward(node, contextWith())).rejects.toMatchObject({
      code: 'FORWARDING_FAILED',
      message: 'failed to forward request to the primary cluster: aborted; nothing was done',
    });
    expect(lost).toEqual([]);
  });

  it('is not asked for where nobody can have read the request', async () => {
    const { node, names } = lostOnce(false, async () => ({}));
    await expect(forward(node, contextWith())).rejects.toMatchObject({ code: 'FORWARDING_FAILED' });
    expect([names, lost]).toEqual([['forward request-1'], []]);
  });
});

describe('a forwarded request of which nobody knows what became', () => {
  const textFor = async (operation: IncomingRequest['operation'], mayBeDone: boolean): Promise<string> => {
    const { node } = nodeWith(async () => {
      throw new PrimaryUnreachable(['https://p:8201'], new Error('no answer in time'), mayBeDone);
    });
    const error: Error = await forward(node, contextWith({ incoming: { ...INCOMING, operation } })).then(
      () => new Error('answered'),
      (reason: Error) => reason,
    );
    return error.message;
  };

  it('says so, where it may have changed something, and where it has not', async () => {
    const text = 'failed to forward request to the primary cluster: no answer in time';
    expect(await textFor('update', true)).toBe(`${text}; whether the change took effect is not known`);
    expect(await textFor('update', false)).toBe(`${text}; nothing was done`);
    expect(await textFor('read', true)).toBe(text);
  });
});
