import { badRequest, TidelockError } from '@tidelock/kernel';
import { MOUNT } from '../fake-rooms.testing';
import { meetsHidden, withoutHidden } from './hidden-mounts';
import type { ResolvedPath } from '@tidelock/core/mounts';

const HIDDEN = ['kv/', 'auth/partner/'];

const resolved = (
  names: ResolvedPath['declaration']['names'],
  params: Record<string, string> = {},
  path = 'sys/',
): ResolvedPath => ({
  mount: { ...MOUNT, path },
  engineOptions: { kind: 'secret', type: 'system', help: '' },
  instance: {},
  params,
  relative: '',
  declaration: { operations: ['update'], pattern: '', method: '', help: '', ...(names && { names }) },
});

const AT_PATH = { param: 'path' };
const AT_AUTH = { param: 'path', within: 'auth/' };
const MOVE = { members: ['from', 'to'] };

describe('A request about hidden mounts', () => {
  it.each([
    ['serves it', 'kv/x', {}, undefined],
    ['is where it goes', 'kv', {}, undefined],
    ['is where it goes, doubled slashes and all', '/kv//x', {}, undefined],
    ['is where it goes', 'auth/partner/login/anna', {}, undefined],
    ['serves it, however the path is written', 'x', {}, resolved(undefined, {}, 'kv/')],
    ['is named by the path', 'sys/mounts/kv/tune', {}, resolved(AT_PATH, { path: 'kv' })],
    ['lies above what the path names', 'sys/mounts/kv/below', {}, resolved(AT_PATH, { path: '/kv/below/' })],
    ['is named by the path of an auth method', 'sys/auth/partner', {}, resolved(AT_AUTH, { path: 'partner' })],
    ['is moved', 'sys/remount', { from: 'kv', to: 'open' }, resolved(MOVE)],
    ['is in the way of a move', 'sys/remount', { from: 'open', to: '/kv/' }, resolved(MOVE)],
  ] as const)('is known when one %s: %s %j', (_, path, data, found) => {
    expect(meetsHidden(path, data, found, HIDDEN)).toBe(true);
  });

  it.each([
    ['kv2/x', {}, undefined],
    ['open/kv/x', {}, undefined],
    ['sys/mounts/open', {}, resolved(AT_PATH, { path: 'open' })],
    ['sys/auth/kv', {}, resolved(AT_AUTH, { path: 'kv' })],
    ['sys/remount', { from: 'open', to: 'other' }, resolved(MOVE)],
    ['sys/remount', {}, resolved(MOVE)],
    ['sys/policies/acl/kv', { from: 'kv' }, resolved(undefined)],
  ] as const)('is told from any other: %s %j', (path, data, found) => {
    expect(meetsHidden(path, data, found, HIDDEN)).toBe(false);
  });

  it('has no error that names one', () => {
    for (const text of ['path is already in use at kv/', 'path is already in use at partner/']) {
      expect(withoutHidden(badRequest(text), HIDDEN)).toMatchObject({
        code: 'INVALID_REQUEST',
        status: 400,
        errors: ['the request meets something that this secondary is not given'],
      });
    }
    const other = badRequest('path is already in use at open/');
    expect(withoutHidden(other, HIDDEN)).toBe(other);
    const texts = new TidelockError('INVALID_REQUEST', { errors: ['a', 'kv/ is taken'] });
    expect(withoutHidden(texts, [])).toBe(texts);
    expect(withoutHidden(texts, HIDDEN)).not.toBe(texts);
    const odd = new Error('kv/');
    expect(withoutHidden(odd, HIDDEN)).toBe(odd);
  });
});
