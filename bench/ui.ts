import type { Page } from 'playwright-core';
import { Cluster } from '../test/harness/cluster';
import { signIn, TestBrowser } from '../test/ui/browser';
import { cpuSecondsOf } from './load/process-cpu';
import { printTable } from './table';

const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 5) * 4;
const TIMES = 7;
const DETAILS = '/ui/vault/replication/performance';

/** What a person waits for, and what a page that is left open costs the server. Needs a browser (`TIDELOCK_CHROMIUM`). */
export async function benchUi(kafka: string): Promise<void> {
  const cluster = await Cluster.start({
    kafka,
    topicPrefix: `bench-ui-${process.pid}`,
    storage: 'sqlite',
    config: 'ui = true',
  });
  const browser = await TestBrowser.open();
  try {
    await cluster.enablePrimary();
    const page = await browser.visit(cluster.server.address);
    const cold = await firstPaint(page, '/ui/vault/auth', cluster);
    await signIn(page, { token: cluster.rootToken });
    await page.getByRole('button', { name: 'Who is signed in' }).waitFor();
    const details = await firstPaint(page, DETAILS, cluster);
    const open = await cpuShareOf(cluster);
    await page.goto('about:blank');
    const closed = await cpuShareOf(cluster);
    printTable(`Web UI, ${TIMES} loads without a cache, ${SECONDS} s of polling`, [
      { name: 'first paint, sign-in', value: `${cold} ms`, target: '<= 1000 ms' },
      { name: 'first paint, details of replication', value: `${details} ms`, target: '<= 1000 ms' },
      {
        name: 'a details page that is left open',
        value: `${percent(open - closed)} of a core (${percent(open)} with it, ${percent(closed)} without)`,
        target: '<= 0.5 % of a core',
      },
    ]);
  } finally {
    await browser.close();
    await cluster.server.stop();
  }
}

/** Median, ms, from the request to the first text or picture. */
async function firstPaint(page: Page, path: string, { server }: Cluster): Promise<number> {
  const control = await page.context().newCDPSession(page);
  await control.send('Network.setCacheDisabled', { cacheDisabled: true });
  const times: number[] = [];
  for (let time = 0; time < TIMES; time += 1) {
    await page.goto(server.address + path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    times.push(await page.evaluate<number>(`performance.getEntriesByName('first-contentful-paint')[0].startTime`));
  }
  return Math.round(times.sort((a, b) => a - b)[Math.floor(TIMES / 2)] as number);
}

/** Of the server, user and system time over time. */
async function cpuShareOf({ server }: Cluster): Promise<number> {
  const before = cpuSecondsOf(server.pid);
  await new Promise((wake) => setTimeout(wake, SECONDS * 1000));
  return (cpuSecondsOf(server.pid) - before) / SECONDS;
}

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;
