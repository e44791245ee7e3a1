import '../engines/build';
import { eventually } from '../harness/api';
import { ServerInProcess } from '../harness/server-in-process';

// The engine that docs/engines.md shows, in a server.
describe('an engine that lends seats', () => {
  let server: ServerInProcess;
  beforeAll(async () => {
    server = await ServerInProcess.start(() => 'storage "inmem" {}');
    await server.root.must('POST', 'sys/mounts/seats', { type: 'seats' });
  });
  afterAll(() => server.stop());

  it('gives as many as there are, for as long as their leases live', async () => {
    const { root } = server;
    expect((await root.post('seats/seats')).status).toBe(400);
    expect((await root.post('seats/pool', {})).body.errors).toEqual(['missing size']);
    await root.must('POST', 'seats/pool', { size: '2' });
    const taken = await Promise.all(Array.from({ length: 8 }, () => root.post('seats/seats')));
    const given = taken.filter(({ status }) => status === 200).map(({ body }) => body);
    expect(given).toHaveLength(2);
    expect((await root.list('seats/seats')).body.data.keys).toEqual(given.map(({ data }) => data.seat).sort());
    const [{ lease_id }] = given;
    expect((await root.post('sys/leases/renew', { lease_id, increment: 60 })).body.lease_duration).toBe(60);
    await root.must('POST', 'sys/leases/revoke', { lease_id, sync: true });
    expect((await root.post('seats/seats')).status).toBe(200);
  });

  it('has its task listed below the mount', async () => {
    await eventually('the first run', async () => {
      const { tasks } = (await server.root.get('sys/internal/tasks')).body.data;
      return tasks.some(({ path, runs }: { path: string; runs: number }) => /seats_.+\/watch$/.test(path) && runs > 0);
    });
  });

  it('ends with its mount', async () => {
    await server.root.must('DELETE', 'sys/mounts/seats');
    expect((await server.root.list('seats/seats')).status).toBe(404);
  });
});
