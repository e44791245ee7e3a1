import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePorts } from '@tidelock/dev-kafka';
import { eventually } from '../harness/api';
import { Cluster } from '../harness/cluster';
import { readGuide } from '../harness/guide/guide';
import { runSection } from '../harness/guide/guide-shell';
import { ReplicationSet } from '../harness/replication-set';
import { KAFKA, newTopicPrefix } from '../harness/services';
import { tamper } from '../harness/tamper';

/** The pages of the operator's guide, in the order in which they are read. */
const PAGES = ['set-up', 'watch', 'filters', 'roles', 'faults'].map((page) => ({
  page,
  path: resolve(__dirname, `../../docs/${page}.md`),
}));
const GUIDES = PAGES.map(({ page, path }) => ({ page, ...readGuide(path) }));
const SECTIONS = GUIDES.flatMap(({ page, sections }) => sections.map((section) => ({ page, section })));
const NAMES = ['PRIMARY', 'US_EAST', 'EU_WEST'] as const;
/** As in the guide's own initialisation: a command that works with one key only is found. */
const SEAL = { shares: 5, threshold: 3 };

/** What sections use one after the other. */
interface Group {
  readonly clusters: readonly Cluster[];
  readonly environment: Readonly<Record<string, string>>;
}

/** What a section can be about, by the first words of its clusters; the rest tells one group from another. */
const KINDS: Readonly<Record<string, () => Promise<Group>>> = {
  'a new machine': newMachine,
  'new clusters': async () => {
    const topicPrefix = newTopicPrefix('guide');
    const order = { kafka: KAFKA, topicPrefix, storage: 'sqlite', ...SEAL } as const;
    return groupOf(await Promise.all(NAMES.map(() => Cluster.start(order))));
  },
  pair: async () => groupOf(await replicationSet('us-east')),
  set: async () => groupOf(await replicationSet('us-east', 'eu-west')),
  'poisoned pair': async () => {
    const clusters = await replicationSet('us-east');
    await poison(clusters as [Cluster, Cluster]);
    return groupOf(clusters);
  },
};

/** Only the guide's own configuration; the variables put free ports, a folder and the run's Kafka in the place of those that it names. */
async function newMachine(): Promise<Group> {
  const folder = mkdtempSync(join(tmpdir(), 'tidelock-guide-'));
  const example = join(folder, 'example.hcl');
  const [, text] = /```hcl\n([\s\S]*?)```/.exec(readFileSync((PAGES[0] as (typeof PAGES)[0]).path, 'utf8')) ?? [];
  writeFileSync(example, text as string);
  const [api, cluster] = await freePorts(2);
  const environment = {
    EXAMPLE: example,
    TIDELOCK_ADDR: `http://127.0.0.1:${api}`,
    TIDELOCK_LISTEN_ADDRESS: `127.0.0.1:${api}`,
    TIDELOCK_CLUSTER_ADDRESS: `127.0.0.1:${cluster}`,
    TIDELOCK_STORAGE_PATH: join(folder, 'tidelock.db'),
    TIDELOCK_KAFKA_BROKERS: KAFKA,
  };
  return { clusters: [], environment };
}

async function replicationSet(...ids: string[]): Promise<readonly Cluster[]> {
  const { primary, secondaries } = await ReplicationSet.start({ suite: 'guide', secondaries: ids, ...SEAL });
  await primary.root.must('POST', 'sys/mounts/secret', { type: 'kv' });
  for (const secondary of secondaries) {
    await secondary.untilInStepWith(primary);
    await secondary.generateRoot();
  }
  return [primary, ...secondaries];
}

/** The secondary's database refuses a record. */
async function poison([primary, secondary]: readonly [Cluster, Cluster]): Promise<void> {
  await secondary.server.stop();
  tamper(secondary, (database) =>
    database.exec(
      "CREATE TRIGGER refuse BEFORE INSERT ON record WHEN NEW.key LIKE 'entry/%/poison' BEGIN SELECT RAISE(ABORT, 'this database takes no poison'); END",
    ),
  );
  await secondary.restart();
  await primary.root.must('POST', 'secret/poison', { value: 'deadly' });
  await eventually('the secondary to stand still', async () => (await secondary.status()).poison !== undefined);
}

/** With, of each cluster, its addresses, a root token, unseal keys, its process, its folder and its store. */
function groupOf(clusters: readonly Cluster[]): Group {
  const environment: Record<string, string> = Object.assign(
    {},
    ...clusters.map(({ server, rootToken, keys, threshold }, at) => {
      const name = NAMES[at] as string;
      return {
        [name]: server.address,
        [`${name}_CLUSTER`]: `https://127.0.0.1:${server.clusterPort}`,
        [`${name}_TOKEN`]: rootToken,
        [`${name}_KEYS`]: keys.slice(0, threshold).join(' '),
        [`${name}_PID`]: String(server.pid),
        [`${name}_FOLDER`]: server.folder,
        [`${name}_STORE`]: join(server.folder, 'data/tidelock.db'),
      };
    }),
  );
  return { clusters, environment };
}

// Every command of the operator's guide does what the guide says. Sections that name the same clusters use them one after the other.
describe("the operator's guide", () => {
  const groups = new Map<string, Group>();

  const groupFor = async (name: string): Promise<Group> => {
    const start = KINDS[Object.keys(KINDS).find((kind) => name === kind || name.startsWith(`${kind} `)) ?? ''];
    if (start === undefined) throw new Error(`the guide names clusters of no known kind: "${name}"`);
    const group = groups.get(name) ?? (await start());
    groups.set(name, group);
    return group;
  };
  const stop = async (name: string): Promise<void> => {
    await Promise.all((groups.get(name)?.clusters ?? []).map((cluster) => cluster.server.stop()));
    groups.delete(name);
  };

  afterAll(() => Promise.all([...groups.keys()].map(stop)));

  it.each(GUIDES)('has no command in $page.md that is not run', ({ sections, untested }) => {
    expect(untested).toEqual([]);
    expect(sections.length).toBeGreaterThan(0);
  });

  it.each(SECTIONS.map(({ page, section }, at) => [page, section.name, section, at] as const))(
    '%s: %s',
    async (_page, _name, section, at) => {
      await runSection(section, (await groupFor(section.clusters)).environment);
      const later = SECTIONS.slice(at + 1).some(({ section: { clusters } }) => clusters === section.clusters);
      if (!later) await stop(section.clusters);
    },
    180_000,
  );
});
