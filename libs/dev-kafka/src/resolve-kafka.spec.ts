import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { majorOf } from './java';
import { defaultCacheDir, resolveKafka } from './resolve-kafka';

describe('where Kafka comes from', () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'dev-kafka-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  /** A folder for PATH with pretended programs, each a shell script. */
  function programs(scripts: Readonly<Record<string, string>>): string {
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    for (const [name, script] of Object.entries(scripts)) {
      writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
      chmodSync(join(bin, name), 0o755);
    }
    return bin;
  }
  const JAVA = 'echo "openjdk 17.0.15 2025-04-15"';

  it('is a broker that is already there before all else', async () => {
    const env = { TIDELOCK_KAFKA_BROKERS: 'kafka-1:9092,kafka-2:9092', KAFKA_HOME: '/nowhere', PATH: '' };
    expect(await resolveKafka(env, folder)).toEqual({ kind: 'external', brokers: 'kafka-1:9092,kafka-2:9092' });
  });

  it('is KAFKA_HOME before Maven', async () => {
    mkdirSync(join(folder, 'libs'));
    const env = { KAFKA_HOME: folder, PATH: programs({ java: JAVA, mvn: 'exit 1' }) };
    expect(await resolveKafka(env, join(folder, 'cache'))).toEqual({
      kind: 'local',
      java: 'java',
      classpath: join(folder, 'libs', '*'),
    });
  });

  it('refuses a KAFKA_HOME that holds no Kafka', async () => {
    await expect(resolveKafka({ KAFKA_HOME: folder, PATH: programs({ java: JAVA }) }, folder)).rejects.toThrow(
      /no folder libs in it/,
    );
  });

  it('is fetched through Maven once, then taken from the cache', async () => {
    const mvn =
      'for a; do case $a in -DoutputDirectory=*) d=${a#*=};; esac; done; /bin/mkdir -p "$d"; echo > "$d/kafka.jar"';
    const env = { PATH: programs({ java: JAVA, mvn }) };
    const cache = join(folder, 'cache');
    const source = await resolveKafka(env, cache);
    expect(source).toEqual({ kind: 'local', java: 'java', classpath: join(cache, 'libs', '*') });
    expect(readdirSync(cache)).toEqual(['libs']);
    rmSync(join(folder, 'bin', 'mvn'));
    expect(await resolveKafka(env, cache)).toEqual(source);
  });

  it('leaves no half-filled cache behind when Maven fails, and says why', async () => {
    const env = { PATH: programs({ java: JAVA, mvn: 'echo "no network here"; exit 1' }) };
    await expect(resolveKafka(env, join(folder, 'cache'))).rejects.toThrow(
      /Maven could not fetch Apache Kafka \(exit code 1\): no network here/,
    );
    expect(existsSync(join(folder, 'cache', 'libs'))).toBe(false);
  });

  it('says in one sentence what to install where there is no Maven', async () => {
    await expect(resolveKafka({ PATH: programs({ java: JAVA }) }, folder)).rejects.toThrow(
      /install Maven .* KAFKA_HOME .* TIDELOCK_KAFKA_BROKERS/,
    );
  });

  it('says in one sentence what to install where Java is missing or too old', async () => {
    const bin = programs({ java: 'echo "openjdk 11.0.2 2019-01-15"' });
    for (const PATH of [bin, join(folder, 'empty')]) {
      await expect(resolveKafka({ PATH }, folder)).rejects.toThrow(/^Kafka needs Java 17 or newer: /);
    }
  });

  it('prefers the Java of JAVA_HOME', async () => {
    mkdirSync(join(folder, 'libs'));
    const bin = programs({ java: 'echo "openjdk 21 2023-09-19"' });
    expect(await resolveKafka({ JAVA_HOME: folder, KAFKA_HOME: folder, PATH: '' }, folder)).toMatchObject({
      java: join(bin, 'java'),
    });
  });

  it('is cached where TIDELOCK_CACHE_DIR or XDG_CACHE_HOME say', () => {
    expect(defaultCacheDir({ TIDELOCK_CACHE_DIR: '/c', XDG_CACHE_HOME: '/x' })).toBe('/c');
    expect(defaultCacheDir({ XDG_CACHE_HOME: '/x' })).toBe('/x/tidelock/kafka-4.1.0');
  });

  it.each([
    ['openjdk 17.0.15 2025-04-15\nOpenJDK Runtime', 17],
    ['java 21 2023-09-19 LTS', 21],
    ['nonsense', 0],
  ])('reads the version in %j', (text, major) => {
    expect(majorOf(text)).toBe(major);
  });
});
