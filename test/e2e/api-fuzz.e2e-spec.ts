import fc from 'fast-check';
import type { Api, Json } from '../harness/api';
import { Cluster } from '../harness/cluster';
import { KAFKA, newTopicPrefix } from '../harness/services';

const SEED = 20261124;

/** Paths whose success would end the run: they seal the server, change its role or revoke the caller's token. */
const LEFT_OUT = /sys\/(?:seal$|replication\/.*enable)|revoke-self$/;
const METHODS = ['GET', 'LIST', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'];
/** Values for the path's parameters: words that exist, that do not, and that are odd. */
const SEGMENTS = [
  'odd',
  'kv',
  'none',
  'default',
  'root',
  'a/b',
  '__proto__',
  'a%20b',
  '%C3%A9',
  '%F0%9F%90%9F',
  '1',
  '-1',
  'x'.repeat(600),
  'a%25b',
  "a'b%22",
];
const BEYOND = [
  '9'.repeat(40),
  '-1',
  '1e999',
  '0x10',
  '9007199254740993h',
  '-5m',
  'NaN',
  'null',
  'true',
  '',
  ' ',
  '\0',
  '\u{1F41F}',
  'a'.repeat(5000),
  '{{x}}',
  '[1]',
];

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body: string | undefined;
}

describe('bad input', () => {
  let cluster: Cluster;
  let root: Api;

  beforeAll(async () => {
    cluster = await Cluster.start({ kafka: KAFKA, topicPrefix: newTopicPrefix('api-fuzz'), storage: 'sqlite' });
    ({ root } = cluster);
    await root.must('POST', 'sys/mounts/kv', { type: 'kv', options: { version: '2' } });
    await root.must('POST', 'sys/mounts/plain', { type: 'kv' });
    await root.must('POST', 'sys/auth/userpass', { type: 'userpass' });
    for (const path of ['kv/data/odd', 'plain/odd']) await root.must('POST', path, { data: { a: 1 } });
    await root.must('POST', 'auth/userpass/users/odd', { password: 'secret-1' });
    await root.must('POST', 'auth/token/roles/odd', {});
  });
  afterAll(() => cluster.server.stop());

  it(`is never answered with 5xx, on any documented path (seed ${SEED})`, async () => {
    const document: Json = await root.must('GET', 'sys/internal/specs/openapi');
    const paths = Object.keys(document.paths).filter((path) => !LEFT_OUT.test(path));
    expect(paths.length).toBeGreaterThan(100);
    const refused = new Map<number, number>();
    for (const call of fc.sample(callOn(document, paths), { seed: SEED, numRuns: 3000 })) {
      const { status, text } = await root.request(call.method, call.path, call.body, {
        'Content-Type': typeOf(call.method),
      });
      if (status >= 500)
        throw new Error(
          `${JSON.stringify(call)} was answered with ${status}: ${text}\n${cluster.server.log.slice(-2000)}`,
        );
      refused.set(status, (refused.get(status) ?? 0) + 1);
    }
    // The bodies are odd, but not so odd that nothing but the check of types was tried.
    expect([200, 204, 400, 404, 405].filter((status) => (refused.get(status) ?? 0) < 20)).toEqual([]);
    expect((await root.get('sys/health')).status).toBe(200);
    expect(cluster.server.log).not.toMatch(/TypeError|RangeError|unhandled/i);
  }, 240_000);
});

const typeOf = (method: string): string => (method === 'PATCH' ? 'application/merge-patch+json' : 'application/json');

function callOn(document: Json, paths: readonly string[]): fc.Arbitrary<Call> {
  return fc.constantFrom(...paths).chain((path) => {
    const segments = fc.array(fc.constantFrom(...SEGMENTS), { minLength: 4, maxLength: 4 });
    return fc
      .record({ method: fc.constantFrom(...METHODS), segments, members: bodyFor(namesOf(document, path)) })
      .map(({ method, segments: values, members }) => {
        const left = [...values];
        const filled = path.slice(1).replace(/\{[^}]+\}/g, () => left.pop() as string);
        const query = new URLSearchParams(
          Object.entries(members).map(([name, value]) => [name, textOf(value).slice(0, 200)] as [string, string]),
        ).toString();
        const withBody = ['POST', 'PUT', 'PATCH'].includes(method);
        return {
          method,
          path: withBody || query === '' ? filled : `${filled}?${query}`,
          body: withBody ? JSON.stringify(members) : undefined,
        };
      });
  });
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));

/** Members that the document declares for a path, whatever the verb. */
function namesOf(document: Json, path: string): string[] {
  const operations: Json[] = Object.values(document.paths[path]).filter((operation) => typeof operation === 'object');
  const bodies = operations.flatMap((operation) =>
    Object.keys(operation.requestBody?.content?.['application/json']?.schema?.properties ?? {}),
  );
  const queries = operations.flatMap((operation) =>
    (operation.parameters ?? []).map((parameter: Json) => parameter.name),
  );
  return [...new Set([...bodies, ...queries, 'junk'])].filter((name) => name !== 'list');
}

function bodyFor(names: readonly string[]): fc.Arbitrary<Record<string, unknown>> {
  const plain = fc.oneof(
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.double(),
    fc.string(),
    fc.constantFrom(...BEYOND),
    fc.constantFrom('odd', 'kv', 'default', '1h', 5),
  );
  const value = fc.oneof(
    { weight: 4, arbitrary: plain },
    { weight: 1, arbitrary: fc.array(plain, { maxLength: 3 }) },
    {
      weight: 1,
      arbitrary: fc.dictionary(
        fc.constantFrom('version', 'a', '__proto__', 'cas', 'max_lease_ttl', 'file_path', ''),
        plain,
        { maxKeys: 3 },
      ),
    },
    {
      weight: 1,
      arbitrary: fc.array(fc.dictionary(fc.string(), fc.array(plain, { maxLength: 2 }), { maxKeys: 2 }), {
        maxLength: 2,
      }),
    },
  );
  return fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 5 });
}
