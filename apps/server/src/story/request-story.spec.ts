import 'reflect-metadata';
import type { IncomingRequest, RequestContext } from '@tidelock/core/pipeline';
import { engineOfPart, pathsOf } from '@tidelock/engine-api';
import { caller } from '@tidelock/engine-testing';
import { SystemEngine } from '@tidelock/engines/system';
import { badRequest, TidelockError } from '@tidelock/kernel';
import { PARTS } from '../modules/build';
import { RequestStory } from './request-story';

const incoming = (more: Partial<IncomingRequest>): IncomingRequest => ({
  id: 'request-1',
  operation: 'update',
  path: '',
  data: {},
  headers: {},
  clientToken: 'hvs.secret-token',
  connection: { remoteAddress: '10.0.0.7', remotePort: 5 },
  requiredStates: [],
  ...more,
});

describe('the story of requests', () => {
  const said: unknown[] = [];
  const note =
    (level: string) =>
    (...parts: unknown[]) =>
      void said.push([level, ...parts]);
  const story = new RequestStory({
    debug: note('debug'),
    info: note('info'),
    warn: note('warn'),
    error: note('error'),
  });
  const tell = (request: Partial<IncomingRequest>, more: Partial<RequestContext> = {}) => {
    said.length = 0;
    story.tell({ incoming: incoming(request), now: 0, warnings: [], ...more });
    return said;
  };
  const anna = { caller: caller({ displayName: 'userpass-anna', accessor: 'acc-1' }) };
  const who = { by: 'userpass-anna', accessor: 'acc-1', remoteAddress: '10.0.0.7', requestId: 'request-1' };

  it('tells a change, who asked, and which request it was', () => {
    expect(tell({ path: 'sys/replication/performance/secondary/promote', data: { force: true } }, anna)).toEqual([
      ['info', 'this secondary was promoted to the primary of its set', { force: true, ...who }],
    ]);
    expect(tell({ path: 'sys/replication/primary/revoke-secondary', data: { id: 'us-east' } }, anna)).toEqual([
      ['info', 'a secondary was revoked', { id: 'us-east', ...who }],
    ]);
    expect(tell({ path: 'sys/mounts/team/kv', data: { type: 'kv', local: true, options: { a: 'b' } } }, anna)).toEqual([
      ['info', 'a secrets engine was enabled', { path: 'team/kv', type: 'kv', local: true, ...who }],
    ]);
    expect(tell({ path: 'sys/mounts/team/kv/tune', data: { description: 'd' } }, anna)).toEqual([
      ['info', 'a secrets engine was tuned', { path: 'team/kv', ...who }],
    ]);
    expect(tell({ operation: 'delete', path: 'sys/auth/userpass' }, anna)).toEqual([
      ['info', 'an auth method was disabled', { path: 'userpass', ...who }],
    ]);
    expect(tell({ path: 'sys/remount', data: { from: 'a', to: 'b' } }, anna)).toEqual([
      ['info', 'a mount was moved', { from: 'a', to: 'b', ...who }],
    ]);
  });

  it('tells an unseal key by key, and a bad one', () => {
    const from = { remoteAddress: '10.0.0.7', requestId: 'request-1' };
    const answer = (data: object) => ({ response: { bare: true, data } as never });
    expect(
      tell({ path: 'sys/unseal', data: { key: 'c2VjcmV0' } }, answer({ sealed: true, progress: 1, t: 3 })),
    ).toEqual([['info', 'an unseal key was taken', { progress: 1, required: 3, ...from }]]);
    expect(
      tell({ path: 'sys/unseal', data: { key: 'c2VjcmV0' } }, answer({ sealed: false, progress: 0, t: 3 })),
    ).toEqual([['info', 'the cluster is unsealed', from]]);
    expect(
      tell({ path: 'sys/unseal', data: { key: 'c2VjcmV0' } }, { failure: badRequest('Unseal failed, invalid key') }),
    ).toEqual([
      ['warn', 'an unseal key was refused', { path: 'sys/unseal', ...from, reason: 'Unseal failed, invalid key' }],
    ]);
  });

  it('names the secondary that a request came through', () => {
    expect(
      tell(
        {
          path: 'sys/mounts/kv',
          data: { type: 'kv' },
          forwarded: { secondaryId: 'us-east', level: 'all', hidden: [] },
        },
        { caller: caller({ displayName: 'token-x', accessor: '' }) },
      ),
    ).toEqual([
      [
        'info',
        'a secrets engine was enabled',
        { path: 'kv', type: 'kv', by: 'token-x', secondary: 'us-east', requestId: 'request-1' },
      ],
    ]);
  });

  it('tells a refused change of the role, and no refusal that anybody can bring about', () => {
    expect(
      tell({ path: 'sys/replication/performance/primary/demote' }, { ...anna, failure: badRequest('not a primary') }),
    ).toEqual([
      [
        'warn',
        'a change of the replication was refused',
        { path: 'sys/replication/performance/primary/demote', ...who, reason: 'not a primary' },
      ],
    ]);
    expect(
      tell({ path: 'sys/replication/performance/primary/demote' }, { failure: new TidelockError('PERMISSION_DENIED') }),
    ).toEqual([]);
    expect(tell({ path: 'sys/mounts/kv' }, { ...anna, failure: badRequest('path is already in use') })).toEqual([]);
    expect(
      tell({ path: 'sys/replication/performance/primary/demote' }, { failure: new TidelockError('SEALED') }),
    ).toEqual([]);
  });

  it('tells a change of the role that failed on this side, and who asked for it', () => {
    const failure = new TidelockError('PRIMARY_UNREACHABLE', { text: 'no answer from https://a:8201' });
    expect(tell({ path: 'sys/replication/performance/secondary/update-primary' }, { ...anna, failure })).toEqual([
      [
        'warn',
        'a change of the replication was refused',
        {
          path: 'sys/replication/performance/secondary/update-primary',
          ...who,
          reason: 'no answer from https://a:8201',
        },
      ],
    ]);
  });

  it('tells the same of each name of a path', () => {
    const paths = PARTS.filter((part) => engineOfPart(part) === SystemEngine).flatMap((part) => pathsOf(part));
    const names = paths.flatMap(({ pattern, help, operations }) => {
      const other = /^Another name of (sys\/\S+)\.$/.exec(help)?.[1];
      return other === undefined ? [] : operations.map((operation) => ({ operation, path: `sys/${pattern}`, other }));
    });
    expect(names.length).toBeGreaterThan(10);
    const told = (operation: IncomingRequest['operation'], path: string) =>
      JSON.stringify(tell({ operation, path }, anna));
    for (const { operation, path, other } of names)
      expect([path, told(operation, path)]).toEqual([path, told(operation, other)]);
    expect(tell({ path: 'sys/rotate/keyring' }, anna)).toEqual([['info', 'the barrier key was rotated', who]]);
  });

  it.each<[string, Partial<IncomingRequest>]>([
    ['a read', { operation: 'read', path: 'sys/mounts/kv' }],
    ['a preview', { path: 'sys/replication/performance/primary/demote', data: { dry_run: true } }],
    ['a secret', { path: 'secret/sys/mounts/x', data: { type: 'kv' } }],
    ['a lookup', { path: 'sys/wrapping/lookup', data: { token: 'x' } }],
  ])('says nothing of %s', (_, request) => {
    expect(tell(request, anna)).toEqual([]);
  });

  it('holds no token, key or password, whatever is sent, and no endless fact', () => {
    for (const path of [
      'sys/unseal',
      'sys/init',
      'sys/mounts/x',
      'sys/audit/x',
      'sys/replication/performance/secondary/enable',
      'sys/replication/performance/secondary/update-primary',
      'sys/policies/acl/p',
    ]) {
      const data = {
        key: 'S3CRET',
        token: 'S3CRET',
        password: 'S3CRET',
        policy: 'S3CRET',
        options: { x: 'S3CRET' },
        client_key_pem: 'S3CRET',
        secondary_public_key: 'S3CRET',
      };
      for (const failure of [undefined, badRequest('no')])
        expect(
          JSON.stringify(tell({ path, data, clientToken: 'S3CRET' }, { ...anna, ...(failure && { failure }) })),
        ).not.toContain('S3CRET');
    }
    expect(JSON.stringify(tell({ path: `sys/mounts/${'x'.repeat(5000)}` }, anna)).length).toBeLessThan(600);
  });
});
