import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { LoadedModules } from '../test/harness/loaded-modules';
import { ServerProcess } from '../test/harness/server-process';
import { cpuSecondsOf } from './load/process-cpu';
import { type Figure, printTable } from './table';

const PROGRAM = resolve(__dirname, '../bin/tidelock');
const TIMES = 15;

interface Cost {
  /** ms. */
  readonly wall: number;
  /** ms, user and system. */
  readonly cpu: number;
}

/** From the process's start: until a command has ended, and until a server listens. Nothing is pinned. */
export async function benchStart(): Promise<void> {
  const loaded = new LoadedModules();
  const config = `storage "sqlite" { path = "${join(loaded.folder, 'tidelock.db')}" }`;
  const server = await ServerProcess.start({ config, env: loaded.env });
  const address = server.address;
  try {
    const commands = [
      commandFigure('tidelock version', '<= 120 ms CPU', ['version'], address),
      commandFigure('tidelock status', '<= 200 ms CPU', ['status'], address),
    ];
    const costs: Cost[] = [];
    for (let time = 0; time < TIMES; time += 1) costs.push(await startOf(server));
    await server.stop();
    const figure = { name: 'tidelock server listens', value: show(costs, loaded), target: '<= 1500 ms' };
    const bare = { name: 'node -e 0, for comparison', value: showCost(costsOf(['-e', '0'], address)), target: '' };
    printTable(`Start, medians of ${TIMES}`, [...commands, figure, bare]);
  } finally {
    await server.stop();
    loaded.forget();
  }
}

function commandFigure(name: string, target: string, words: readonly string[], address: string): Figure {
  const loaded = new LoadedModules();
  const args = [PROGRAM, ...words];
  timeOf(args, { VAULT_ADDR: address, ...loaded.env });
  const value = show(costsOf(args, address), loaded);
  loaded.forget();
  return { name, value, target };
}

const costsOf = (args: readonly string[], address: string): Cost[] =>
  Array.from({ length: TIMES }, () => timeOf(args, { VAULT_ADDR: address }));

/** Bash's `time` tells milliseconds. */
function timeOf(args: readonly string[], env: Readonly<Record<string, string>>): Cost {
  const script = 'TIMEFORMAT="%3R %3U %3S"; time "$0" "$@" > /dev/null';
  const { stderr } = spawnSync('bash', ['-c', script, process.execPath, ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  const [real, user, system] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number) as [
    number,
    number,
    number,
  ];
  return { wall: real * 1000, cpu: (user + system) * 1000 };
}

/** The server says in its log when it listens. */
async function startOf(server: ServerProcess): Promise<Cost> {
  await server.stop();
  const begun = Date.now();
  await server.start();
  const cpu = cpuSecondsOf(server.pid) * 1000;
  const listening = /^(\S+) \[INFO\] +listening: /m.exec(server.log.split('\n').reverse().join('\n'))?.[1] ?? '';
  return { wall: Date.parse(listening) - begun, cpu };
}

const show = (costs: readonly Cost[], loaded: LoadedModules): string =>
  `${showCost(costs)}, ${loaded.files().length} files`;

const showCost = (costs: readonly Cost[]): string =>
  `${median(costs.map(({ cpu }) => cpu))} ms CPU, ${median(costs.map(({ wall }) => wall))} ms`;

function median(values: readonly number[]): number {
  return Math.round([...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0);
}
