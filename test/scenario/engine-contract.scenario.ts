import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { notesIn } from '../engines/trace';
import { WITH_TEST_ENGINES } from '../engines/program';
import { type Api, eventually } from '../harness/api';
import type { Cluster } from '../harness/cluster';
import { ReplicationSet } from '../harness/replication-set';

// What an engine is promised holds on a primary and on a secondary, and when they change roles.
describe('The contract of engines in a set', () => {
  let set: ReplicationSet;
  let [first, second]: Cluster[] = [];

  beforeAll(async () => {
    set = await ReplicationSet.start({ suite: 'contract', secondaries: [], program: WITH_TEST_ENGINES });
    first = set.primary;
    second = await set.another();
    await second.root.must('POST', 'sys/mounts/contract', { type: 'contract' });
    await second.root.must('POST', 'contract/greeting', { text: 'before the join' });
    await first.root.must('POST', 'sys/mounts/contract', { type: 'contract' });
  }, 120_000);
  afterAll(() => set.stop());

  const [one, two] = [() => first as Cluster, () => second as Cluster];
  const notes = (cluster: Cluster): readonly string[] => notesIn(cluster.server.folder);
  const noted = (cluster: Cluster, line: string): Promise<true | undefined> =>
    eventually(line, async () => notes(cluster).includes(line) || undefined);
  const lifeOf = (cluster: Cluster, mount: string): readonly string[] =>
    notes(cluster).filter((line) => line.startsWith(`open ${mount}`) || line.startsWith(`close ${mount}`));
  const read = async (api: Api, path: string) => (await api.must('GET', path)).data;

  /** Names of the tasks that the cluster has for the mount. */
  async function tasksOf({ root }: Cluster, mount = 'contract/'): Promise<string[]> {
    const { accessor } = (await read(root, 'sys/mounts'))[mount];
    const { tasks } = await read(root, 'sys/internal/tasks');
    const paths = (tasks as { path: string }[]).map(({ path }) => path.split(`/mounts/${accessor}/`)[1]);
    return paths.filter((name) => name !== undefined).sort();
  }
  const untilTasks = (cluster: Cluster, expected: readonly string[], mount?: string) =>
    eventually(`the tasks ${expected.join()}`, async () => String(await tasksOf(cluster, mount)) === String(expected));

  describe('state of a mount', () => {
    it('is closed when a join wipes the mount, and opened where the stream brings one', async () => {
      expect(lifeOf(two(), 'contract/')).toEqual(['open contract/']);
      await two().join(one(), 'us-east');
      await two().untilInStepWith(one());
      await two().generateRoot();
      expect(lifeOf(two(), 'contract/')).toEqual(['open contract/', 'close contract/ aborted', 'open contract/']);
      expect(await read(two().root, 'contract/greeting')).toEqual({
        greeting: 'hello',
        cached: false,
        writes: 'on-primary',
      });
      expect(lifeOf(one(), 'contract/')).toEqual(['open contract/']);
    });

    it('is kept between requests, and told of what another cluster wrote', async () => {
      await read(two().root, 'contract/greeting');
      expect(await read(two().root, 'contract/greeting')).toMatchObject({ greeting: 'hello', cached: true });
      await one().root.must('POST', 'contract/greeting', { text: 'good day' });
      await two().untilInStepWith(one());
      expect(await read(two().root, 'contract/greeting')).toMatchObject({ greeting: 'good day', cached: false });
      await two().root.must('POST', 'contract/greeting', { text: 'good night' });
      for (const { root } of [one(), two()])
        expect(await read(root, 'contract/greeting')).toMatchObject({ greeting: 'good night' });
    });

    it('is closed on the secondary, too, when the mount is disabled', async () => {
      await one().root.must('POST', 'sys/mounts/short', { type: 'contract' });
      await noted(two(), 'open short/');
      await one().root.must('DELETE', 'sys/mounts/short');
      for (const cluster of [one(), two()]) await noted(cluster, 'close short/ aborted');
    });

    it('is closed when a cluster seals, and opened again when it is unsealed', async () => {
      for (const cluster of [one(), two()]) {
        const before = lifeOf(cluster, 'contract/').length;
        await cluster.root.must('POST', 'sys/seal');
        await eventually('the close', async () => lifeOf(cluster, 'contract/').length > before);
        await cluster.unseal();
        await eventually('the open', async () => lifeOf(cluster, 'contract/').length > before + 1);
        expect(lifeOf(cluster, 'contract/').slice(before)).toEqual(['close contract/ aborted', 'open contract/']);
      }
      await two().untilStreaming();
    });
  });

  describe('streams', () => {
    /** Begins a request, and has no more of it than its head. */
    function begin({ server, rootToken }: Cluster, method: string, path: string): ClientRequest {
      const begun = request(`${server.address}/v1/contract/${path}`, {
        method,
        headers: { 'X-Vault-Token': rootToken },
        agent: false,
      });
      return begun.on('error', () => undefined);
    }

    it('are cut when a cluster seals: one that nobody reads, and an upload that drips, which is told', async () => {
      for (const cluster of [one(), two()]) {
        const [unread] = (await once(begin(cluster, 'GET', 'noise').end(), 'response')) as [IncomingMessage];
        const cut = once(unread, 'error');
        const upload = begin(cluster, 'POST', 'film');
        upload.write('drop');
        await noted(cluster, 'watch contract/');
        const before = notes(cluster).length;
        const answered = once(upload, 'response');
        await cluster.root.must('POST', 'sys/seal');
        const [answer] = (await answered) as [IncomingMessage];
        expect([answer.statusCode, JSON.parse(await text(answer))]).toEqual([503, { errors: ['Vault is sealed'] }]);
        upload.destroy();
        // What was on its way is still there to be read.
        unread.resume();
        expect(await cut).toMatchObject([{ code: 'ECONNRESET' }]);
        await eventually('the close', async () => notes(cluster).length >= before + 2);
        expect(notes(cluster).slice(before)).toEqual(['silence contract/', 'close contract/ aborted']);
        await cluster.unseal();
      }
      await two().untilStreaming();
    });
  });

  describe('background work', () => {
    it('of the writer runs on the primary, and of each cluster on both', async () => {
      await untilTasks(one(), ['count', 'count-here']);
      await untilTasks(two(), ['count-here']);
      await eventually('the work of both', async () => {
        const [here, there] = [
          await read(one().root, 'contract/counters'),
          await read(two().root, 'contract/counters'),
        ];
        return here.set > 1 && here.here > 1 && there.set > 1 && there.here > 1;
      });
    });

    it('of the writer runs on the secondary for a mount of its own', async () => {
      await two().root.must('POST', 'sys/mounts/own', { type: 'contract', local: true });
      await untilTasks(two(), ['count', 'count-here'], 'own/');
      expect(await read(two().root, 'own/greeting')).toMatchObject({ writes: 'here' });
      await eventually('its work', async () => (await read(two().root, 'own/counters')).set > 1);
    });
  });

  describe('after a planned switch', () => {
    it('runs the work of the writer on the new primary alone, and keeps state and counts', async () => {
      const before = [lifeOf(one(), 'contract/'), lifeOf(two(), 'contract/')];
      await two().untilInStepWith(one());
      await one().demote();
      await eventually('the promotion', async () => (await two().promote(), true));
      await untilTasks(two(), ['count', 'count-here']);
      await untilTasks(one(), ['count-here']);
      await one().follow(two(), 'former-primary');
      const { set: reached } = await read(two().root, 'contract/counters');
      await eventually('the count to go on', async () => (await read(one().root, 'contract/counters')).set > reached);
      expect(await tasksOf(one())).toEqual(['count-here']);
      expect(await read(one().root, 'contract/greeting')).toMatchObject({ writes: 'on-primary' });
      expect(await read(two().root, 'contract/greeting')).toMatchObject({ writes: 'here' });
      expect([lifeOf(one(), 'contract/'), lifeOf(two(), 'contract/')]).toEqual(before);
    });
  });
});
