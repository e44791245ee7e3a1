import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Logger, silentLogger } from '@tidelock/kernel';
import { brokerAnswers } from './broker-probe';
import { configPath, spawnNode, untilAnswering } from './kafka-node';
import { freePorts, isFree } from './ports';
import { signal } from './reaper';
import { localKafka } from './local-kafka';

const STOP_MS = 15_000;
const POLL_MS = 50;

/** What `tidelock kafka` remembers between its calls, in `state.json` of the broker's folder. */
interface BrokerState {
  readonly pid: number;
  readonly port: number;
  readonly controllerPort: number;
}

export interface BrokerStatus {
  readonly dir: string;
  readonly running: boolean;
  /** It runs and serves clients. */
  readonly answers: boolean;
  readonly brokers?: string;
  readonly pid?: number;
}

export interface DetachedOptions {
  readonly dir: string;
  /** Default: the port the folder's broker had, else a free one. */
  readonly port?: number;
  readonly env?: NodeJS.ProcessEnv;
  readonly logger?: Logger;
}

/** Where `tidelock kafka` keeps its broker unless told otherwise. */
export function defaultBrokerDir(env: NodeJS.ProcessEnv = process.env): string {
  return join(env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'tidelock', 'kafka');
}

/** Starts a broker that goes on when this process ends. One that already runs in the folder is left as it is. */
export async function startDetached({
  dir,
  port,
  env = process.env,
  logger = silentLogger,
}: DetachedOptions): Promise<BrokerStatus> {
  const folder = resolve(dir);
  const before = await stateOf(folder);
  if (before !== undefined && isOurs(before, folder)) return startedAlready(before, folder, port);
  const kafka = await localKafka(env, logger);
  const [free, controllerPort] = (await freePorts(2)) as [number, number];
  const wanted = port ?? before?.port ?? free;
  if (!(await isFree(wanted))) throw new Error(`Kafka cannot listen on 127.0.0.1:${wanted}: the port is in use.`);
  const order = { dir: folder, port: wanted, controllerPort };
  const child = await spawnNode(kafka, order);
  await untilAnswering(child, order);
  child.unref();
  await writeFile(statePath(folder), JSON.stringify({ pid: child.pid, port: wanted, controllerPort }));
  return detachedStatus(folder);
}

/** Ends the folder's broker. @returns whether one ran. */
export async function stopDetached(dir: string): Promise<boolean> {
  const folder = resolve(dir);
  const state = await stateOf(folder);
  if (state === undefined || !isOurs(state, folder)) return false;
  signal(state.pid, 'SIGTERM');
  const deadline = Date.now() + STOP_MS;
  while (isOurs(state, folder)) {
    if (Date.now() > deadline) signal(state.pid, 'SIGKILL');
    await new Promise((wake) => setTimeout(wake, POLL_MS));
  }
  return true;
}

export async function detachedStatus(dir: string): Promise<BrokerStatus> {
  const folder = resolve(dir);
  const state = await stateOf(folder);
  if (state === undefined || !isOurs(state, folder)) return { dir: folder, running: false, answers: false };
  return {
    dir: folder,
    running: true,
    answers: await brokerAnswers(state.port),
    brokers: `127.0.0.1:${state.port}`,
    pid: state.pid,
  };
}

function startedAlready(state: BrokerState, folder: string, port: number | undefined): Promise<BrokerStatus> {
  if (port !== undefined && port !== state.port)
    throw new Error(`The broker in ${folder} already runs, on port ${state.port}: stop it first.`);
  return detachedStatus(folder);
}

const statePath = (folder: string): string => join(folder, 'state.json');

async function stateOf(folder: string): Promise<BrokerState | undefined> {
  const text = await readFile(statePath(folder), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as BrokerState);
}

/** Whether the process of that number is still this folder's broker: numbers are given out again. */
function isOurs({ pid }: BrokerState, folder: string): boolean {
  return signal(pid, 0) && commandOf(pid).includes(configPath(folder));
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return commandByPs(pid);
  }
}

function commandByPs(pid: number): string {
  try {
    return execFileSync('ps', ['-ww', '-o', 'args=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return '';
  }
}
