import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argumentsOf, inRoot, native, ROOT, services } from './compose.testing';

describe('Dockerfile', () => {
  it('names its base images by version and digest', () => {
    const bases = argumentsOf('FROM').map((rest) => rest.split(' ')[0] as string);
    expect(bases).toEqual([
      expect.stringMatching(/^node:24\.\d+\.\d+-bookworm@sha256:[0-9a-f]{64}$/),
      expect.stringMatching(/^node:24\.\d+\.\d+-bookworm-slim@sha256:[0-9a-f]{64}$/),
    ]);
  });

  it('copies only what there is and what is not ignored', () => {
    const ignored = inRoot('.dockerignore').split('\n');
    const sources = argumentsOf('COPY')
      .filter((rest) => !rest.startsWith('--'))
      .flatMap((rest) => rest.split(' ').slice(0, -1));
    expect(sources).toEqual(expect.arrayContaining(['package.json', 'apps', 'libs', 'bin', 'deploy']));
    expect(sources.filter((path) => !existsSync(join(ROOT, path)) || ignored.includes(path))).toEqual([]);
    const built = argumentsOf('COPY')
      .filter((rest) => rest.startsWith('--from=build '))
      .map((rest) => rest.split(' ')[1] as string);
    expect(built).toEqual(['/app/node_modules', '/app/dist', '/app/package.json']);
    expect(built.filter((path) => !existsSync(native(path)))).toEqual([]);
  });

  it('has what the entry point and the commands start', () => {
    const [entry] = JSON.parse(argumentsOf('ENTRYPOINT')[0] as string) as [string];
    const [, health] = /CMD \["([^"]+)"\]$/.exec(argumentsOf('HEALTHCHECK')[0] as string) as unknown as [
      string,
      string,
    ];
    for (const program of [native(entry), native(health), join(ROOT, 'bin/tidelock')])
      expect(() => accessSync(program, constants.X_OK)).not.toThrow();
    expect(argumentsOf('RUN').join('\n')).toContain('ln -s /app/bin/tidelock /usr/local/bin/tidelock');
    const scripts = services.flatMap(([, { command = [] }]) => command.filter((word) => word.startsWith('/app/')));
    expect(scripts).toEqual(['/app/deploy/tutorial.js']);
    expect(scripts.filter((path) => !existsSync(native(path)))).toEqual([]);
    expect(JSON.parse(inRoot('package.json')).scripts).toHaveProperty('build');
  });
});

describe("the image's entry point", () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidelock-entry-'));
  const config = join(folder, 'config');

  beforeAll(() => {
    // Stands for the program: says what it was started with.
    mkdirSync(config, { mode: 0o555 });
    writeFileSync(
      join(folder, 'tidelock'),
      '#!/bin/sh\nprintf "%s;" "$@" "$TIDELOCK_DEV_LISTEN_ADDRESS" "$TIDELOCK_LOCAL_CONFIG"\n',
      { mode: 0o755 },
    );
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const enter = (
    args: readonly string[],
    env: Record<string, string> = {},
  ): { said: string; status: number | null } => {
    const { stdout, stderr, status } = spawnSync('sh', [join(ROOT, 'deploy/docker-entrypoint.sh'), ...args], {
      env: { PATH: `${folder}:${process.env['PATH']}`, TIDELOCK_CONFIG_DIR: config, ...env },
      encoding: 'utf8',
    });
    return { said: stdout + stderr, status };
  };

  it('starts a server with its folder, writes nothing there, and leaves a configuration in the environment to the server', () => {
    expect(enter(['server'], { TIDELOCK_LOCAL_CONFIG: '{"ui":true}' })).toEqual({
      said: `server;-config=${config};0.0.0.0:8200;{"ui":true};`,
      status: 0,
    });
    expect(readdirSync(config)).toEqual([]);
  });

  it('lets development mode be reached from outside, unless another address is given', () => {
    const [command] = argumentsOf('CMD').slice(-1);
    expect(enter(JSON.parse(command as string) as string[]).said).toBe('server;-dev;0.0.0.0:8200;;');
    expect(enter(['server', '-dev'], { TIDELOCK_DEV_LISTEN_ADDRESS: '127.0.0.1:1' }).said).toBe(
      'server;-dev;127.0.0.1:1;;',
    );
    expect(enter(['server', '-dev'], { VAULT_DEV_LISTEN_ADDRESS: '127.0.0.1:1' }).said).toBe('server;-dev;;;');
  });

  it('runs any other command of the program, none at all, and programs of the image', () => {
    expect(enter(['status', '-format=json']).said).toBe('status;-format=json;;;');
    expect(enter([])).toEqual({ said: ';;', status: 0 });
    expect(enter(['node', '-p', '1+1']).said).toBe('2\n');
  });

  it("is nobody's by name: a number that is not root's", () => {
    expect(argumentsOf('USER')).toEqual(['10001:10001']);
  });
});
