import { Directory } from '../engines/directory';
import { WITH_TEST_ENGINES } from '../engines/program';
import { notesIn } from '../engines/trace';
import { eventually } from '../harness/api';
import type { Cluster } from '../harness/cluster';
import { ReplicationSet } from '../harness/replication-set';

const MIB = 1024 * 1024;
/** An array of all keys takes more than 30 MiB. */
const FEW_BYTES = 8 * MIB;
const LONG = 64 * MIB;

// A client may ask either cluster: what engines give with a lease, do outside, take as bytes and send as a stream is the same.
describe('Requests to engines of a set', () => {
  let set: ReplicationSet;
  let directory: Directory;
  let [primary, secondary]: Cluster[] = [];

  beforeAll(async () => {
    directory = await Directory.start();
    set = await ReplicationSet.start({ suite: 'requests', program: WITH_TEST_ENGINES });
    [primary, secondary] = [set.primary, set.secondary];
    await primary.root.must('POST', 'sys/mounts/contract', { type: 'contract' });
    await primary.root.must('POST', 'sys/auth/contract', { type: 'contract' });
    await primary.root.must('POST', 'sys/mounts/directory', { type: 'directory' });
    await primary.root.must('POST', 'directory/config', { address: directory.address });
    await secondary.untilInStepWith(primary);
    await secondary.generateRoot();
  }, 120_000);
  afterAll(async () => {
    await set.stop();
    await directory.stop();
  });

  const [one, two] = [() => primary as Cluster, () => secondary as Cluster];
  const notes = ({ server }: Cluster, about: string): readonly string[] =>
    notesIn(server.folder).filter((line) => line.includes(about));
  const leasesOf = async ({ root }: Cluster): Promise<number> =>
    (await root.must('GET', 'sys/leases/count?type=all')).data.lease_count;

  describe('leases', () => {
    afterEach(async () => expect([await leasesOf(one()), await leasesOf(two())]).toEqual([0, 0]));

    it.each([
      ['a read on the primary', 'GET', 'pass', one, two],
      ['a read on the secondary', 'GET', 'pass', two, one],
      ['a write on the primary', 'POST', 'ticket', one, two],
      ['a write that the primary makes for the secondary', 'POST', 'ticket', two, one],
    ])('from %s are renewed and revoked where they were asked for', async (asked, method, what, here, elsewhere) => {
      const name = asked.replaceAll(' ', '-');
      const { root } = here();
      const { data, lease_id: lease } = await root.must(
        method,
        `contract/${what === 'pass' ? 'passes' : 'tickets'}/${name}`,
      );
      expect(data).toEqual({ [what]: name });
      expect([await leasesOf(here()), await leasesOf(elsewhere())]).toEqual([1, 0]);
      const renewed = await root.must('POST', 'sys/leases/renew', { lease_id: lease, increment: 300 });
      expect(renewed).toMatchObject({ lease_id: lease, lease_duration: 300 });
      await root.must('POST', 'sys/leases/revoke', { lease_id: lease, sync: true });
      expect(notes(here(), name)).toEqual([
        `renew ${what} ${name} of contract/ by 300`,
        `revoke ${what} ${name} of contract/`,
      ]);
      expect(notes(elsewhere(), name)).toEqual([]);
    });

    it('come with what the primary wrote', async () => {
      const { lease_id: lease } = await two().root.must('POST', 'contract/tickets/written');
      for (const { root } of [one(), two()])
        expect((await root.must('GET', 'contract/tickets/written')).data).toEqual({ writes: 'here' });
      await two().root.must('POST', 'sys/leases/revoke', { lease_id: lease, sync: true });
    });
  });

  it.each([
    ['primary', one, two],
    ['secondary', two, one],
  ])('renew a login where the token is, on the %s', async (name, here, elsewhere) => {
    const { auth } = await here().anonymous.must('POST', `auth/contract/login/${name}`);
    expect(auth).toMatchObject({ lease_duration: 600, renewable: true });
    const renewed = await here().root.as(auth.client_token).must('POST', 'auth/token/renew-self', { increment: 300 });
    expect(renewed.auth.lease_duration).toBe(300);
    expect(notes(here(), `renew ${name}`)).toEqual([`renew ${name} of auth/contract/ by 300`]);
    expect(notes(elsewhere(), `renew ${name}`)).toEqual([]);
  });

  describe('bodies of bytes', () => {
    const picture = Buffer.from([0x89, 0x50, 0, 0xff, 0x0a]);
    const hang = (type: string) =>
      fetch(`${two().server.address}/v1/contract/picture`, {
        method: 'POST',
        headers: { 'X-Vault-Token': two().rootToken, 'Content-Type': type },
        body: picture,
      });

    it('reach the primary as they are, and come back as they are', async () => {
      expect((await hang('image/png')).status).toBe(204);
      for (const { server, rootToken } of [one(), two()]) {
        const answer = await fetch(`${server.address}/v1/contract/picture`, {
          headers: { 'X-Vault-Token': rootToken },
        });
        expect(answer.headers.get('content-type')).toBe('image/png');
        expect(Buffer.from(await answer.arrayBuffer())).toEqual(picture);
      }
    });

    it('may be longer than the memory has room for, where the path reads them as they come', async () => {
      for (const { server, rootToken } of [one(), two()]) {
        const answer = await fetch(`${server.address}/v1/contract/film`, {
          method: 'POST',
          headers: { 'X-Vault-Token': rootToken },
          body: Buffer.alloc(LONG),
        });
        const { data } = (await answer.json()) as { data: { length: number; growth: number } };
        expect(data.length).toBe(LONG);
        // What is on its way counts, too.
        expect(data.growth).toBeLessThan(LONG / 4);
      }
    });

    it('are refused where the path does not take their type', async () => {
      expect((await hang('image/gif')).status).toBe(415);
    });
  });

  describe('effects outside', () => {
    afterEach(() => directory.hold(''));
    const records = async ({ root }: Cluster): Promise<string[]> =>
      (await root.list('directory/users')).body.data?.keys ?? [];

    it('stay when their request has committed, whoever is killed then', async () => {
      await two().root.must('POST', 'directory/users/ann');
      for (const cluster of [one(), two()]) {
        await cluster.server.kill();
        await cluster.restart();
      }
      await two().untilStreaming();
      expect(await directory.users()).toEqual(['ann']);
      expect([await records(one()), await records(two())]).toEqual([['ann'], ['ann']]);
    });

    it('go when the primary is killed between the effect and the commit for a secondary', async () => {
      const before = await records(one());
      await directory.hold('behind');
      const request = two()
        .root.post('directory/users/bob')
        .catch(() => undefined);
      await eventually('the user', async () => (await directory.users()).includes('bob'));
      await one().server.kill();
      await directory.hold('');
      await one().restart();
      expect((await request)?.status).not.toBe(204);
      await eventually('the user to go', async () => !(await directory.users()).includes('bob'));
      await two().untilInStepWith(one());
      expect([await records(one()), await records(two())]).toEqual([before, before]);
    });

    it('go when the secondary is killed between the effect and the lease', async () => {
      const before = await directory.users();
      await directory.hold('behind');
      const request = two()
        .root.get('directory/creds')
        .catch(() => undefined);
      await eventually('the user', async () => (await directory.users()).length > before.length);
      await two().server.kill();
      await directory.hold('');
      await two().restart();
      await request;
      await eventually('the user to go', async () => String(await directory.users()) === String(before));
      expect(await leasesOf(two())).toBe(0);
    });

    it('are asked for in the background, too, where the mount is written', async () => {
      await two().root.must('POST', 'directory/users/carol');
      const { length } = await directory.users();
      for (const { root } of [one(), two()])
        await eventually('the count', async () => (await root.get('directory/count')).body.data?.users === length);
    });

    it('go with the lease that the secondary has of them', async () => {
      const before = await directory.users();
      const { data, lease_id: lease } = await two().root.must('GET', 'directory/creds');
      expect(await directory.users()).toEqual([...before, data.name].sort());
      await two().root.must('POST', 'sys/leases/revoke', { lease_id: lease, sync: true });
      expect(await directory.users()).toEqual(before);
    });
  });

  describe('100,000 keys', () => {
    const [PARTS, EACH] = [100, 1000];

    beforeAll(async () => {
      for (let part = 0; part < PARTS; part += 1)
        await one().root.must('POST', `contract/mass/${String(part).padStart(2, '0')}`, { count: EACH });
      await two().untilInStepWith(one(), 180_000);
      // What a server remembers of its last commits would hide what reading takes.
      for (const cluster of [one(), two()]) {
        await cluster.server.kill();
        await cluster.restart();
      }
      await two().untilStreaming();
    }, 300_000);

    const ask = async ({ server, rootToken }: Cluster, signal?: AbortSignal) => {
      const answer = await fetch(`${server.address}/v1/contract/mass`, {
        headers: { 'X-Vault-Token': rootToken },
        ...(signal && { signal }),
      });
      return answer.body as ReadableStream<Uint8Array>;
    };

    it.each([
      ['primary', one],
      ['secondary', two],
    ])('are sent by the %s with memory for a few', async (_role, cluster) => {
      let [keys, last, rest] = [0, '', ''];
      for await (const chunk of await ask(cluster())) {
        const lines = (rest + Buffer.from(chunk).toString()).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          if (line.startsWith('mass/') && line > last) keys += 1;
          last = line;
        }
      }
      expect([keys, rest]).toEqual([PARTS * EACH, '']);
      expect(Number(last)).toBeLessThan(FEW_BYTES);
    });

    it.each([
      ['primary', one],
      ['secondary', two],
    ])('are read by the %s no further when the client hangs up', async (_role, cluster) => {
      const sent = () => notes(cluster(), 'sent ').map((line) => Number(line.split(' ')[1]));
      const before = sent().length;
      const client = new AbortController();
      await (await ask(cluster(), client.signal)).getReader().read();
      client.abort();
      await eventually('the end', async () => sent().length > before);
      expect(sent().at(-1)).toBeLessThan(PARTS * EACH);
    });
  });
});
