import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { majorOf } from './java';
import { defaultCacheDir, localKafka } from './local-kafka';

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

  it('is KAFKA_HOME before Maven', async () => {
    mkdirSync(join(folder, 'libs'));
    const env = { KAFKA_HOME: folder, PATH: programs({ java: JAVA, mvn: 'exit 1' }) };
    expect(await localKafka(env)).toEqual({ java: 'java', classpath: join(folder, 'libs', '*') });
  });

  it('refuses a KAFKA_HOME that holds no Kafka', async () => {
    await expect(localKafka({ KAFKA_HOME: folder, PATH: programs({ java: JAVA }) })).rejects.toThrow(
      /no folder libs in it/,
    );
  });

  it('is fetched through Maven once, then taken from the cache', async () => {
    const mvn =
      'for a; do case $a in -DoutputDirectory=*) d=${a#*=};; esac; done; /bin/mkdir -p "$d"; echo > "$d/kafka.jar"';
    const cache = join(folder, 'cache');
    const env = { PATH: programs({ java: JAVA, mvn }), TIDELOCK_CACHE_DIR: cache };
    const source = await localKafka(env);
    expect(source).toEqual({ java: 'java', classpath: join(cache, 'libs', '*') });
    expect(readdirSync(cache)).toEqual(['libs']);
    rmSync(join(folder, 'bin', 'mvn'));
    expect(await localKafka(env)).toEqual(source);
  });

  it('leaves no half-filled cache behind when Maven fails, and says why', async () => {
    const cache = join(folder, 'cache');
    const env = { PATH: programs({ java: JAVA, mvn: 'echo "no network here"; exit 1' }), TIDELOCK_CACHE_DIR: cache };
    await expect(localKafka(env)).rejects.toThrow(
      /Maven could not fetch Apache Kafka \(exit code 1\): no network here/,
    );
    expect(existsSync(join(cache, 'libs'))).toBe(false);
  });

  it('says in one sentence what to install where there is no Maven', async () => {
    await expect(localKafka({ PATH: programs({ java: JAVA }), TIDELOCK_CACHE_DIR: folder })).rejects.toThrow(
      /install Maven .* KAFKA_HOME .* TIDELOCK_KAFKA_BROKERS/,
    );
  });

  it('says in one sentence what to install where Java is missing or too old', async () => {
    const bin = programs({ java: 'echo "openjdk 11.0.2 2019-01-15"' });
    for (const PATH of [bin, join(folder, 'empty')]) {
      await expect(localKafka({ PATH })).rejects.toThrow(/^Kafka needs Java 17 or newer: /);
    }
  });

  it('prefers the Java of JAVA_HOME', async () => {
    mkdirSync(join(folder, 'libs'));
    const bin = programs({ java: 'echo "openjdk 21 2023-09-19"' });
    expect(await localKafka({ JAVA_HOME: folder, KAFKA_HOME: folder, PATH: '' })).toMatchObject({
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
