import { resolve } from 'node:path';
import { eventually } from '../harness/api';
import { Cluster } from '../harness/cluster';
import { readGuide } from '../harness/guide/guide';
import { runSection } from '../harness/guide/guide-shell';
import { ReplicationSet } from '../harness/replication-set';
import { KAFKA, newTopicPrefix } from '../harness/services';
import { tamper } from '../harness/tamper';

const { sections, untested } = readGuide(resolve(__dirname, '../../docs/operations.md'));
const NAMES = ['PRIMARY', 'US_EAST', 'EU_WEST'] as const;

/** What a section can be about, by the first words of its clusters; the rest tells one group from another. */
const KINDS: Readonly<Record<string, () => Promise<readonly Cluster[]>>> = {
  'new clusters': () => {
    const topicPrefix = newTopicPrefix('guide');
    return Promise.all(NAMES.map(() => Cluster.start({ kafka: KAFKA, topicPrefix, storage: 'sqlite' })));
  },
  pair: () => replicationSet('us-east'),
  set: () => replicationSet('us-east', 'eu-west'),
  'poisoned pair': async () => {
    const clusters = await replicationSet('us-east');
    await poison(clusters as [Cluster, Cluster]);
    return clusters;
  },
};

async function replicationSet(...ids: string[]): Promise<readonly Cluster[]> {
  const { primary, secondaries } = await ReplicationSet.start({ suite: 'guide', secondaries: ids });
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

/** Of each cluster its addresses, a root token, the unseal key, its process and its folder. */
function environmentOf(clusters: readonly Cluster[]): Record<string, string> {
  return Object.assign(
    {},
    ...clusters.map(({ server, rootToken, keys: [key = ''] }, at) => {
      const name = NAMES[at] as string;
      return {
        [name]: server.address,
        [`${name}_CLUSTER`]: `https://127.0.0.1:${server.clusterPort}`,
        [`${name}_TOKEN`]: rootToken,
        [`${name}_KEY`]: key,
        [`${name}_PID`]: String(server.pid),
        [`${name}_FOLDER`]: server.folder,
      };
    }),
  ) as Record<string, string>;
}

// Every command of the operator's guide does what the guide says. Sections that name the same clusters use them one after the other.
describe("the operator's guide", () => {
  const groups = new Map<string, readonly Cluster[]>();

  const clustersOf = async (name: string): Promise<readonly Cluster[]> => {
    const start = KINDS[Object.keys(KINDS).find((kind) => name === kind || name.startsWith(`${kind} `)) ?? ''];
    if (start === undefined) throw new Error(`the guide names clusters of no known kind: "${name}"`);
    const clusters = groups.get(name) ?? (await start());
    groups.set(name, clusters);
    return clusters;
  };
  const stop = async (name: string): Promise<void> => {
    await Promise.all((groups.get(name) ?? []).map((cluster) => cluster.server.stop()));
    groups.delete(name);
  };

  afterAll(() => Promise.all([...groups.keys()].map(stop)));

  it('has no command that is not run', () => {
    expect(untested).toEqual([]);
    expect(sections.length).toBeGreaterThan(0);
  });

  it.each(sections.map((section, at) => [section.name, section, at] as const))(
    '%s',
    async (_name, section, at) => {
      await runSection(section, environmentOf(await clustersOf(section.clusters)));
      if (!sections.slice(at + 1).some(({ clusters }) => clusters === section.clusters)) await stop(section.clusters);
    },
    180_000,
  );
});
