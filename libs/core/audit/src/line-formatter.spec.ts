import { createHmac } from 'node:crypto';
import { caller } from '@tidelock/engine-testing';
import { parseJson, RawJson } from '@tidelock/kernel';
import * as fc from 'fast-check';
import type { AuditRequest, AuditResponse } from './audit-entry';
import { auditRequest, NOW } from './audit-room.testing';
import { lineOptionsOf } from './device-options';
import { hashedJson, type TextHashing } from './hash-data';
import { Hasher } from './hasher';
import { LineFormatter } from './line-formatter';

const SALT = 'the salt';
const hashed = (text: string): string => `hmac-sha256:${createHmac('sha256', SALT).update(text).digest('hex')}`;
const formatter = (options: Record<string, string> = {}) => new LineFormatter(new Hasher(SALT), lineOptionsOf(options));
const who = caller({
  clientToken: 'hvs.x',
  accessor: 'acc',
  displayName: 'userpass-u',
  policies: ['a', 'default'],
  metadata: { username: 'u' },
});

interface Line {
  readonly [name: string]: unknown;
}

const lineOf = async (entry: AuditRequest, options?: Record<string, string>, headers = {}): Promise<Line> =>
  JSON.parse(await formatter(options).request(entry, headers)) as Line;
const answerOf = async (more: Partial<AuditResponse>, options?: Record<string, string>): Promise<Line> =>
  JSON.parse(await formatter(options).response({ request: auditRequest(), time: NOW, ...more }, {})) as Line;

describe('LineFormatter', () => {
  it('writes a request as Vault does, its secrets hashed', async () => {
    const entry = auditRequest({
      caller: who,
      operation: 'update',
      data: { data: { password: 'p', n: 5, ok: true, list: ['x'] } },
      wrapTtlSeconds: 60,
    });
    expect(await lineOf(entry)).toEqual({
      time: '2023-11-14T22:13:20.000000000Z',
      type: 'request',
      auth: {
        accessor: hashed('acc'),
        client_token: hashed('hvs.x'),
        display_name: 'userpass-u',
        metadata: { username: 'u' },
        policies: ['a', 'default'],
        token_policies: ['a', 'default'],
        token_type: 'service',
      },
      request: {
        client_token: hashed('hvs.x'),
        client_token_accessor: hashed('acc'),
        data: { data: { password: hashed('p'), n: 5, ok: true, list: [hashed('x')] } },
        id: entry.id,
        mount_accessor: 'kv_0a1b2c3d',
        mount_class: 'secret',
        mount_point: 'secret/',
        mount_type: 'kv',
        namespace: { id: 'root' },
        operation: 'update',
        path: 'secret/data/a',
        remote_address: '127.0.0.1',
        remote_port: 50_000,
        wrap_ttl: 60,
      },
    });
  });

  it('writes what became of it', async () => {
    const auth = {
      client_token: 'hvs.new',
      accessor: 'acc2',
      policies: ['p'],
      token_policies: ['p'],
      metadata: null,
      lease_duration: 60,
      renewable: true,
      entity_id: '',
      token_type: 'service' as const,
      orphan: true,
      mfa_requirement: null,
      num_uses: 0,
    };
    const wrapInfo = {
      token: 'hvs.wrap',
      accessor: 'acc3',
      ttl: 60,
      creation_time: 't',
      creation_path: 'p',
      wrapped_accessor: 'acc2',
    };
    const line = await answerOf({
      data: { value: 'v' },
      auth,
      wrapInfo,
      leaseId: 'db/creds/x',
      warnings: ['w'],
      error: 'permission denied',
    });
    expect(line).toMatchObject({
      type: 'response',
      error: 'permission denied',
      request: { path: 'secret/data/a' },
      response: {
        data: { value: hashed('v') },
        secret: { lease_id: 'db/creds/x' },
        warnings: ['w'],
        mount_type: 'kv',
        auth: { client_token: hashed('hvs.new'), accessor: hashed('acc2'), policies: ['p'], token_ttl: 60 },
        wrap_info: {
          token: hashed('hvs.wrap'),
          accessor: hashed('acc3'),
          wrapped_accessor: hashed('acc2'),
          creation_path: 'p',
        },
      },
    });
  });

  it('hashes a text of any length, and lets others run before the line of a large entry is there', async () => {
    const long = 'é'.repeat(100_000);
    expect(
      (
        await answerOf({
          data: { long, raw: new RawJson(`"${long}"`), digits: new RawJson(`1.${'5'.repeat(100_000)}`) },
        })
      )['response'],
    ).toMatchObject({ data: { long: hashed(long), raw: hashed(long), digits: hashed(`1.${'5'.repeat(100_000)}`) } });
    const happened: string[] = [];
    setImmediate(() => happened.push('another request'));
    await answerOf({ data: Array.from({ length: 50_000 }, (_, at) => `text ${at}`) });
    happened.push('the line');
    expect(happened).toEqual(['another request', 'the line']);
  });

  it('looks into documents that are carried as text, and hashes numbers that are', async () => {
    const data = { data: new RawJson('{"a":"x","n":1.50,"small":7}'), big: new RawJson('12345678901234567890') };
    expect((await answerOf({ data }))['response']).toMatchObject({
      data: { data: { a: hashed('x'), n: hashed('1.50'), small: 7 }, big: hashed('12345678901234567890') },
    });
    expect((await answerOf({ data: new RawJson('{"a":"x"}') }))['response']).toMatchObject({
      data: { a: hashed('x') },
    });
  });

  it('keeps clear what the mount says, at any depth', async () => {
    const mount = { ...auditRequest().mount!, nonHmacRequestKeys: ['name'], nonHmacResponseKeys: ['name'] };
    const data = { name: 'n', deep: { name: ['n', new RawJson('1.50')], other: 'o' } };
    const shown = { name: 'n', deep: { name: ['n', 1.5], other: hashed('o') } };
    expect((await lineOf(auditRequest({ mount, data })))['request']).toMatchObject({ data: shown });
    expect((await answerOf({ request: auditRequest({ mount }), data }))['response']).toMatchObject({ data: shown });
  });

  it('logs the headers it is told to', async () => {
    const entry = auditRequest({ headers: { 'x-plain': 'p', 'x-secret': ['s', 't'], cookie: 'c' } });
    const headers = {
      'x-plain': { hmac: false },
      'x-secret': { hmac: true },
      'x-absent': { hmac: false },
      constructor: { hmac: false },
    };
    expect((await lineOf(entry, {}, headers))['request']).toMatchObject({
      headers: { 'x-plain': ['p'], 'x-secret': [hashed('s'), hashed('t')] },
    });
  });

  it('follows the options of the device', async () => {
    const entry = auditRequest({ caller: who, data: { password: 'p' } });
    expect(await lineOf(entry, { log_raw: 'true' })).toMatchObject({
      auth: { client_token: 'hvs.x' },
      request: { data: { password: 'p' } },
    });
    const raw = { a: new RawJson('{"n":1.50,"t":"\\n"}'), body: Buffer.from('"pem"'), deep: { list: ['x', 1] } };
    expect(await formatter({ log_raw: '1' }).response({ request: entry, time: NOW, data: raw }, {})).toContain(
      '"data":{"a":{"n":1.50,"t":"\\n"},"body":"\\"pem\\"","deep":{"list":["x",1]}}',
    );
    expect(await lineOf(entry, { hmac_accessor: 'false' })).toMatchObject({
      auth: { accessor: 'acc', client_token: hashed('hvs.x') },
    });
    expect(await formatter({ prefix: '@cee: ' }).request(entry, {})).toMatch(/^@cee: \{"time"/);
    const list = { request: auditRequest({ operation: 'list' }), data: { keys: ['a', 'b'], key_info: { a: {} } } };
    expect((await answerOf(list, { elide_list_responses: 'true' }))['response']).toMatchObject({
      data: { keys: 2, key_info: 1 },
    });
    expect((await answerOf(list))['response']).toMatchObject({ data: { keys: [hashed('a'), hashed('b')] } });
    expect(() => lineOptionsOf({ log_raw: 'perhaps' })).toThrow(`unable to parse 'log_raw'`);
    expect(() => lineOptionsOf({ format: 'jsonx' })).toThrow('unsupported audit format');
  });

  it('has a place for requests without a caller, and for those sent on', async () => {
    const line = await lineOf(auditRequest({ clientToken: 'hvs.unknown', forwardedFrom: 'west' }));
    expect(line).toMatchObject({
      auth: { token_type: 'default' },
      forwarded_from: 'west',
      request: { client_token: hashed('hvs.unknown') },
    });
  });
});

describe('hashedJson', () => {
  it('lets no string of any document through, and changes nothing else', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const result = [...hashedJson(parseJson(JSON.stringify(value)), HASHING)].join('');
        const expected = JSON.stringify(value, (_, member: unknown) => (isHashed(member) ? '#' : member));
        expect(result).toBe(expected);
      }),
    );
  });
});

const HASHING: TextHashing = {
  hash: () => '#',
  *hashLong() {
    return '#';
  },
};

/** Strings, and the numbers that JavaScript may not hold exactly. */
const isHashed = (member: unknown): boolean =>
  typeof member === 'string' ||
  (typeof member === 'number' &&
    typeof parseJson(`[${JSON.stringify(member)}]`) === 'object' &&
    (parseJson(`[${JSON.stringify(member)}]`) as unknown[])[0] instanceof RawJson);
