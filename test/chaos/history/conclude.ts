import { eventually, type Json } from '../../harness/api';
import { keyOfPath, registerOf, VERSIONED } from '../load/registers';
import type { Member } from '../world/member';
import type { World } from '../world/world';
import type { History, Holding, Quarantined, TokenFate } from './history';
import type { GivenToken, Recorder } from './recorder';

/** Questions that are under way at the same time, per cluster. */
const AT_ONCE = 8;

/** Once all is quiet: looks at everything that clients touched, on every cluster. */
export async function conclude(world: World, { operations, tokens, wallStart }: Recorder): Promise<History> {
  const keys = [...new Set(operations.map(({ key }) => key))];
  const holdings = await Promise.all(
    world.members.map(
      async (member) => [member.name, await holdingsAt(member, keys, member === world.primary)] as const,
    ),
  );
  const quarantined = await Promise.all(world.members.map((member) => quarantineOf(member, wallStart)));
  const fates = await each(tokens, (token) => fateOf(token, world.members));
  return {
    operations,
    holdings: new Map(holdings),
    primary: world.primary.name,
    tokens: fates,
    quarantined: quarantined.flat(),
    forkedAt: world.forkedAt,
  };
}

/** What a fenced primary keeps aside. It is thrown away, so that the next round finds its own. */
async function quarantineOf({ name, root }: Member, wallStart: number): Promise<Quarantined[]> {
  const { data } = await root.must('GET', 'sys/replication/performance/quarantine');
  if (data.mutations.length > 0)
    await root.must('POST', 'sys/replication/performance/quarantine/discard', { all: true });
  return data.mutations.map(({ index, path, time }: Json) => ({
    cluster: name,
    index,
    key: keyOfPath(path),
    time: Date.parse(time) - wallStart,
  }));
}

async function holdingsAt(
  member: Member,
  keys: readonly string[],
  everyVersion: boolean,
): Promise<Map<string, Holding>> {
  return new Map(await each(keys, async (key) => [key, await holdingAt(member, key, everyVersion)] as const));
}

async function holdingAt(member: Member, key: string, everyVersion: boolean): Promise<Holding> {
  const { kind, name } = registerOf(key);
  const answer = await settled(() => kind.read(member.root, name, {}));
  const holding = kind.holding(answer, name);
  return kind === VERSIONED && everyVersion
    ? { ...holding, versions: await versionsAt(member, name, holding.version ?? 0) }
    : holding;
}

async function versionsAt({ root }: Member, name: string, latest: number): Promise<Map<number, string | undefined>> {
  const versions = Array.from({ length: latest }, (_, at) => at + 1);
  const answers = await each(
    versions,
    async (version) => [version, await settled(() => root.get(`versioned/data/${name}?version=${version}`))] as const,
  );
  // An answer without data at all: there is no such version, not even a deleted one.
  return new Map(
    answers
      .filter(([, { body }]) => body?.data !== undefined)
      .map(([version, { body }]) => [version, body.data.data?.value]),
  );
}

async function fateOf(
  { cluster, token, accessor, cubbyhole }: GivenToken,
  members: readonly Member[],
): Promise<TokenFate> {
  const [knownAt, cubbyholeAt]: [string[], string[]] = [[], []];
  for (const { name, client } of members) {
    const api = client.as(token);
    if ((await settled(() => api.get('auth/token/lookup-self'), 403)).status === 200) knownAt.push(name);
    if ((await settled(() => api.get('cubbyhole/own'), 403)).body?.data?.value === accessor) cubbyholeAt.push(name);
  }
  return { cluster, accessor, cubbyhole, knownAt, cubbyholeAt };
}

/** All is quiet, so an answer comes; a slow machine may need more than one try. */
function settled(ask: () => Promise<Json>, ...also: number[]): Promise<Json> {
  return eventually('an answer', async () => {
    const answer = await ask();
    return [200, 404, ...also].includes(answer.status) && answer;
  });
}

async function each<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) results[at] = await work(items[at] as T);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}
