import { engineRequest } from '@tidelock/engine-testing';
import { ToolsPaths } from './tools.paths';

const paths = new ToolsPaths();

describe('sys/tools/random', () => {
  const ordered = (body: object = {}, params: Record<string, string> = {}) =>
    paths.random(engineRequest({ body: { bytes: 32, format: 'base64', ...body }, params }));
  const lengthOf = (answer: Awaited<ReturnType<typeof ordered>>, encoding: BufferEncoding = 'base64') =>
    Buffer.from((answer.data as { random_bytes: string }).random_bytes, encoding).length;

  it('makes as many bytes as the path or else the body says, never the same', async () => {
    expect(lengthOf(await ordered())).toBe(32);
    expect(lengthOf(await ordered({ bytes: 5 }))).toBe(5);
    expect(lengthOf(await ordered({ bytes: 5 }, { source: 'all' }))).toBe(5);
    expect(lengthOf(await ordered({ bytes: 5 }, { source: '7' }))).toBe(7);
    expect(lengthOf(await ordered({ bytes: 5 }, { source: 'platform', bytes: '131072' }))).toBe(131_072);
    expect(lengthOf(await ordered({ format: 'hex' }), 'hex')).toBe(32);
    expect(await ordered()).not.toEqual(await ordered());
  });

  it('says that no seal gives any', async () => {
    expect((await ordered({ source: 'seal' })).warnings).toEqual([expect.stringContaining('platform entropy source')]);
    expect((await ordered({}, { source: 'platform' })).warnings).toBeUndefined();
  });

  it.each([
    [{ bytes: 0 }, {}, '"bytes" cannot be less than 1'],
    [{ bytes: 131_073 }, {}, '"bytes" should be less than 131072'],
    [{}, { source: 'x' }, 'error parsing url-set byte count'],
    [{}, { source: 'all', bytes: '1e3' }, 'error parsing url-set byte count'],
    [{}, { source: 'moon', bytes: '3' }, 'unsupported entropy source "moon"'],
    [{ source: 'moon' }, {}, 'unsupported entropy source "moon"'],
    [{ format: 'utf8' }, {}, 'unsupported encoding format "utf8"; must be "hex" or "base64"'],
  ])('refuses %j %j', async (body, params, words) => {
    await expect(ordered(body, params as Record<string, string>)).rejects.toMatchObject({
      status: 400,
      errors: [expect.stringContaining(words)],
    });
  });
});

describe('sys/tools/hash', () => {
  const ordered = (body: object = {}, params: Record<string, string> = {}) =>
    paths.hash(engineRequest({ body: { input: 'YWJj', algorithm: 'sha2-256', format: 'hex', ...body }, params }));

  // Of "abc", as FIPS 180-4 and 202 give them.
  it.each([
    ['sha2-224', '23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7'],
    ['sha2-256', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['sha3-256', '3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532'],
    ['sha3-224', 'e642824c3f8cf24ad09234ee7d3c766fc9a3a5168d0c94ad73b46fdf'],
  ])('hashes with %s', async (algorithm, sum) => {
    expect(await ordered({ algorithm })).toEqual({ data: { sum } });
    expect(await ordered({}, { algorithm })).toEqual({ data: { sum } });
  });

  it('answers in base64 where asked, and hashes nothing, too', async () => {
    expect(await ordered({ format: 'base64' })).toEqual({
      data: { sum: 'ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=' },
    });
    expect(await ordered({ input: '' })).toEqual({
      data: { sum: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' },
    });
  });

  it('takes as much as a body holds', async () => {
    await expect(ordered({ input: 'AAAA'.repeat(1 << 20) })).resolves.toMatchObject({});
  });

  it.each([
    [{ input: 'YWJ' }, {}, 'unable to decode input as base64'],
    [{ input: 'not base64!' }, {}, 'unable to decode input as base64'],
    [{ format: 'utf8' }, {}, 'unsupported encoding format utf8; must be "hex" or "base64"'],
    [{ algorithm: 'md5' }, {}, 'unsupported algorithm md5'],
    [{}, { algorithm: 'constructor' }, 'unsupported algorithm constructor'],
  ])('refuses %j %j', async (body, params, words) => {
    await expect(ordered(body, params as Record<string, string>)).rejects.toMatchObject({
      status: 400,
      errors: [expect.stringContaining(words)],
    });
  });
});
