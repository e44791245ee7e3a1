import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { LoadedModules } from '../harness/loaded-modules';
import { ServerProcess } from '../harness/server-process';

const PROGRAM = resolve(__dirname, '../../bin/tidelock');
const COMMAND_FILE = /\/commands\/([a-z-]+)\.commands?$/;

// How long a start takes is measured in bench/; what a process loads decides that, and is held to here.
describe('a process loads what it needs', () => {
  let loaded: LoadedModules;
  beforeEach(() => void (loaded = new LoadedModules()));
  afterEach(() => loaded.forget());

  const tidelock = (words: string): void => {
    const env = { ...process.env, ...loaded.env, VAULT_ADDR: 'http://127.0.0.1:1', VAULT_MAX_RETRIES: '0' };
    spawnSync(process.execPath, [PROGRAM, ...words.split(' ')], { env, cwd: loaded.folder });
    // One that ended before it had loaded its own files would need nothing.
    expect(loaded.own()).toContain('apps/cli/src/run');
  };

  describe('on the command line', () => {
    it.each([
      'version',
      '-help',
      'status',
      'read secret/a',
      'write secret/a b=c',
      'operator unseal key',
      'kafka status',
    ])('`tidelock %s` needs no library', (words) => {
      tidelock(words);
      expect(loaded.packages()).toEqual([]);
    });

    it('a version needs no client', () => {
      tidelock('version');
      expect(loaded.own().filter((file) => file.startsWith('libs/'))).toEqual([]);
    });

    it.each([
      ['version', []],
      ['status', ['status']],
      ['operator seal', ['operator-unseal']],
    ])('`tidelock %s` needs no other command', (words, own) => {
      tidelock(words);
      expect(loaded.own().flatMap((file) => COMMAND_FILE.exec(file)?.[1] ?? [])).toEqual(own);
    });
  });

  describe('as a server', () => {
    it('on SQLite, without a broker, it listens without Kafka, PostgreSQL, certificates, JOSE and JSON schemas', async () => {
      const config = `storage "sqlite" { path = "${loaded.folder}/data/tidelock.db" }`;
      const server = await ServerProcess.start({ config, env: loaded.env });
      await server.stop();
      expect(loaded.packages()).toEqual(
        expect.arrayContaining(['@nestjs/core', 'better-sqlite3', 'fastify', 'typeorm']),
      );
      const unneeded = /^(?:kafkajs|pg|@peculiar\/x509|jose|ajv)$/;
      expect(loaded.packages().filter((name) => unneeded.test(name))).toEqual([]);
    });
  });
});
