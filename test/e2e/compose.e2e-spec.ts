import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { ENVIRONMENT } from '../../apps/server/src/config/environment';
import { eventually } from '../harness/api';
import { freePort } from '../harness/server-process';
import { KAFKA, POSTGRES } from '../harness/services';
import { argumentsOf, compose, inRoot, native, ROOT, type Service, services } from './compose.testing';

const service = (name: string): Service => compose.services[name] as Service;
const environmentOf = (name: string): Readonly<Record<string, string>> => service(name).environment ?? {};
const dependenciesOf = (name: string): string[] => Object.keys(service(name).depends_on ?? {});
const portOf = (address: string | undefined): string => String(address).split(':').at(-1) as string;

const clusters = services
  .filter(([, { image, command }]) => image === 'tidelock:local' && command?.[0] === 'server')
  .map(([name]) => name);
const databases = services.filter(([, { image }]) => image.startsWith('postgres:')).map(([name]) => name);
const databaseOf = (cluster: string): string =>
  new URL(environmentOf(cluster)['TIDELOCK_STORAGE_URL'] as string).hostname;

/** Services, each after those that it waits for. @throws {Error} for a cycle or an unknown name. */
function startOrder(): string[] {
  const order: string[] = [];
  const visit = (name: string, above: readonly string[]): void => {
    if (above.includes(name)) throw new Error(`a cycle: ${[...above, name].join(' -> ')}`);
    if (!(name in compose.services)) throw new Error(`${above.at(-1)} waits for ${name}, which is no service`);
    for (const dependency of dependenciesOf(name)) visit(dependency, [...above, name]);
    if (!order.includes(name)) order.push(name);
  };
  for (const [name] of services) visit(name, []);
  return order;
}

/** Everything that a service waits for, directly or through another. */
const waitsFor = (name: string): string[] =>
  dependenciesOf(name).flatMap((dependency) => [dependency, ...waitsFor(dependency)]);

describe('docker-compose.yml', () => {
  it('has a primary, secondaries, a database for each, a broker, and the tutorial', () => {
    expect(clusters).toEqual(['primary', 'secondary-us-east', 'secondary-eu-west']);
    expect(clusters.map(databaseOf).sort()).toEqual([...databases].sort());
    expect(Object.keys(compose.services).sort()).toEqual(['kafka', 'tutorial', ...clusters, ...databases].sort());
  });

  it('starts nothing before what it needs, and waits for health only where health is checked', () => {
    const order = startOrder();
    expect([...order].sort()).toEqual(Object.keys(compose.services).sort());
    const unhealthy = services.flatMap(([, { depends_on: on = {} }]) =>
      Object.entries(on).filter(
        ([name, { condition }]) => condition !== 'service_healthy' || !service(name).healthcheck,
      ),
    );
    expect(unhealthy).toEqual([]);
  });

  it.each(clusters)('%s sets only variables that the server reads', (name) => {
    const known = ENVIRONMENT.map(({ variable }) => variable);
    expect(Object.keys(environmentOf(name)).filter((variable) => !known.includes(variable))).toEqual([]);
  });

  it.each(clusters)(
    '%s tells others its own name and the ports that it listens on, which the image exposes',
    (name) => {
      const environment = environmentOf(name);
      const { port: api, hostname: apiHost } = new URL(environment['TIDELOCK_API_ADDR'] as string);
      const {
        port: cluster,
        hostname: clusterHost,
        protocol,
      } = new URL(environment['TIDELOCK_CLUSTER_ADDR'] as string);
      expect([apiHost, clusterHost, protocol]).toEqual([name, name, 'https:']);
      expect([api, cluster]).toEqual([
        portOf(environment['TIDELOCK_LISTEN_ADDRESS']),
        portOf(environment['TIDELOCK_CLUSTER_ADDRESS']),
      ]);
      expect(argumentsOf('EXPOSE').join(' ').split(' ')).toEqual([api, cluster]);
      expect(service(name).ports?.map(portOf)).toEqual([api]);
      expect(service(name).healthcheck?.test).toEqual(['CMD', '/app/deploy/healthcheck.sh', api]);
    },
  );

  it('publishes each port once', () => {
    const published = services.flatMap(([, { ports = [] }]) => ports.map((port) => port.split(':')[0]));
    expect(new Set(published).size).toBe(published.length);
  });

  it.each(clusters)('%s reaches its database and the broker, as they are set up, after they are up', (name) => {
    const { username, password, port, pathname } = new URL(environmentOf(name)['TIDELOCK_STORAGE_URL'] as string);
    const database = databaseOf(name);
    expect({ POSTGRES_USER: username, POSTGRES_PASSWORD: password, POSTGRES_DB: pathname.slice(1) }).toEqual(
      environmentOf(database),
    );
    expect(port).toBe('5432');
    expect(service(database).healthcheck?.test.join(' ')).toContain(`-U ${username} -d ${pathname.slice(1)}`);
    expect(environmentOf('kafka')['KAFKA_ADVERTISED_LISTENERS']).toBe(
      `PLAINTEXT://${environmentOf(name)['TIDELOCK_KAFKA_BROKERS']}`,
    );
    expect(waitsFor(name)).toEqual(expect.arrayContaining([database, 'kafka']));
  });

  it('gives the tutorial the variables that it reads, and every cluster by its address', () => {
    const read = [...inRoot('deploy/tutorial.js').matchAll(/required\('([A-Z_]+)'\)/g)].map(([, name]) => name);
    const { TUTORIAL_PRIMARY: primary, TUTORIAL_SECONDARIES: secondaries, ...rest } = environmentOf('tutorial');
    expect(read.sort()).toEqual(['TUTORIAL_PRIMARY', 'TUTORIAL_SECONDARIES']);
    expect(rest).toEqual({});
    const addresses = [
      primary,
      ...String(secondaries)
        .split(',')
        .map((entry) => entry.split('=')[1]),
    ];
    expect(addresses).toEqual(clusters.map((name) => environmentOf(name)['TIDELOCK_API_ADDR']));
    expect(dependenciesOf('tutorial')).toEqual(clusters);
  });

  it("keeps the broker's and the databases' data on volumes of their own, where they write it", () => {
    const mounts = services.flatMap(([name, { volumes = [] }]) =>
      volumes.map((volume) => [name, ...volume.split(':')] as const),
    );
    expect(mounts.map(([, volume]) => volume).sort()).toEqual(Object.keys(compose.volumes).sort());
    expect(mounts).toEqual([
      ['kafka', 'kafka', environmentOf('kafka')['KAFKA_LOG_DIRS']],
      ...databases.map((name) => [name, name, '/var/lib/postgresql/data']),
    ]);
  });
});

describe('the services of docker-compose.yml, run without containers in their order', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidelock-compose-'));
  const running = new Map<string, ChildProcess>();
  const output = new Map<string, string>();
  /** What stands in the file, and what it is on this machine. */
  const places = new Map<string, string>([[environmentOf('primary')['TIDELOCK_KAFKA_BROKERS'] as string, KAFKA]]);
  const own = randomBytes(4).toString('hex');

  const localised = (text: string): string =>
    [...places].reduce((all, [there, here]) => all.replaceAll(there, here), text);
  const localPort = (name: string, port: string): string => portOf(places.get(`${name}:${port}`));

  function environmentHere(name: string): Record<string, string> {
    const entries = Object.entries(environmentOf(name)).map(([variable, value]) => [
      variable,
      localised(value.replace('0.0.0.0:', `${name}:`)),
    ]);
    return {
      PATH: `${join(folder, 'bin')}:${process.env['PATH']}`,
      TIDELOCK_CONFIG_DIR: join(folder, name),
      ...Object.fromEntries(entries),
    };
  }

  function start(name: string): ChildProcess {
    mkdirSync(join(folder, name));
    const command = (service(name).command ?? []).map(native);
    const child = spawn('sh', [join(ROOT, 'deploy/docker-entrypoint.sh'), ...command], {
      cwd: join(folder, name),
      env: environmentHere(name),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.set(name, child);
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => output.set(name, `${output.get(name) ?? ''}${chunk.toString('utf8')}`));
    return child;
  }

  /** @returns the exit code of the service's own health check. */
  function health(name: string): number | null {
    const [how, command, ...args] = service(name).healthcheck?.test as [string, string, ...string[]];
    expect([how, args]).toEqual(['CMD', ['8200']]);
    return spawnSync(native(command), [localPort(name, '8200')], { timeout: 10_000, stdio: 'ignore' }).status;
  }

  async function asAdministrator(work: (client: Client) => Promise<void>): Promise<void> {
    const client = new Client({ connectionString: POSTGRES });
    await client.connect();
    await work(client).finally(() => client.end());
  }

  /** One database of this run's PostgreSQL in place of each container, with the role that the file names. */
  const createDatabases = (): Promise<void> =>
    asAdministrator(async (client) => {
      const { host } = new URL(POSTGRES);
      for (const name of databases) {
        const { POSTGRES_USER: user, POSTGRES_PASSWORD: password, POSTGRES_DB: database } = environmentOf(name);
        const { rowCount } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [user]);
        if (rowCount === 0) await client.query(`CREATE ROLE "${user}" LOGIN PASSWORD '${password}'`);
        await client.query(`CREATE DATABASE "${name}-${own}" OWNER "${user}"`);
        places.set(`${name}:5432/${database}`, `${host}/${name}-${own}`);
      }
    });

  beforeAll(async () => {
    mkdirSync(join(folder, 'bin'));
    symlinkSync(join(ROOT, 'bin/tidelock'), join(folder, 'bin/tidelock'));
    await createDatabases();
    for (const name of clusters)
      for (const port of ['8200', '8201']) places.set(`${name}:${port}`, `127.0.0.1:${await freePort()}`);
  });

  afterAll(async () => {
    for (const child of [...running.values()].reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
    await asAdministrator(async (client) => {
      for (const name of databases) await client.query(`DROP DATABASE IF EXISTS "${name}-${own}" WITH (FORCE)`);
    });
    rmSync(folder, { recursive: true });
  });

  it.each(startOrder().filter((name) => clusters.includes(name)))(
    '%s starts, and its own health check says so',
    async (name) => {
      expect(health(name)).toBe(1);
      const child = start(name);
      await eventually(`${name} to be healthy`, async () => {
        if (child.exitCode !== null) return true;
        return health(name) === 0;
      });
      expect({ exitCode: child.exitCode, output: output.get(name) }).toMatchObject({ exitCode: null });
    },
  );

  it('the tutorial succeeds against them', async () => {
    const child = start('tutorial');
    const [code] = (await once(child, 'close')) as [number];
    const said = output.get('tutorial') ?? '';
    if (code !== 0) throw new Error(`the tutorial ended with ${String(code)}: ${said}`);
    expect(said.trim().split('\n').at(-1)).toBe('The replication set is ready.');
    for (const id of ['us-east', 'eu-west'])
      expect(said).toContain(`Secondary ${id}: tester logged in with the primary's password`);
  }, 240_000);

  it('run again, as "up" does a second time, it finds nothing to do', async () => {
    rmSync(join(folder, 'tutorial'), { recursive: true });
    output.delete('tutorial');
    const [code] = (await once(start('tutorial'), 'close')) as [number];
    expect({ code, said: output.get('tutorial') }).toMatchObject({
      code: 0,
      said: expect.stringContaining('is initialised already: nothing to do.'),
    });
  }, 60_000);
});
