import { join, resolve } from 'node:path';
import { mkdirSync, writeFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { TestBrowser } from '../browser';
import { pageOf } from './page';
import type { State } from './state';
import { STATES } from './states';
import { startWorld, type World } from './world';

const FOLDER = resolve(__dirname, '../../../docs/ui');
const WIDTHS = { wide: { width: 1360, height: 900 }, phone: { width: 390, height: 844 } };
type Size = (typeof WIDTHS)[keyof typeof WIDTHS];
const THEMES = ['light', 'dark'] as const;
/** What is further down repeats what is above. */
const MOST_HIGH = 2400;

/** `npm run screenshots [-- names]`: writes pictures of every state, and the page that lists them. */
async function main(prefixes: readonly string[]): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, 'README.md'), pageOf(STATES));
  const world = await startWorld();
  const browser = await TestBrowser.open();
  const failures: string[] = [];
  try {
    for (const state of STATES) {
      if (prefixes.length > 0 && !prefixes.some((prefix) => state.name.startsWith(prefix))) continue;
      console.log(state.name);
      await state.before?.(world);
      await takePictures(browser, world, state).catch((error: unknown) => failures.push(`${state.name}: ${error}`));
    }
  } finally {
    await browser.close();
    await world.stop();
  }
  for (const fault of new Set([...failures, ...browser.faults])) console.error(`fault: ${fault}`);
  if (failures.length > 0) process.exitCode = 1;
}

async function takePictures(browser: TestBrowser, world: World, state: State): Promise<void> {
  const page = await browser.visit(world[state.on].server.address, '/ui/favicon.svg');
  try {
    await open(page, world, state);
    for (const [width, viewport] of Object.entries(WIDTHS)) {
      await page.setViewportSize(viewport);
      for (const colorScheme of THEMES) {
        await page.emulateMedia({ colorScheme });
        await page.waitForTimeout(400);
        writeFileSync(
          join(FOLDER, `${state.name}-${width}-${colorScheme}.webp`),
          await picture(page, viewport, state.isWhole),
        );
      }
    }
  } finally {
    await page.close();
  }
}

async function open(page: Page, world: World, { name, on, path, as, told, steps, shows }: State): Promise<void> {
  const cluster = world[on];
  if (told !== undefined)
    await page.route('**/v1/sys/replication/status', async (route) => {
      const answer = await (await route.fetch()).json();
      answer.data.performance = told(answer.data.performance);
      await route.fulfill({ json: answer });
    });
  if (as !== 'nobody' && 'rootToken' in cluster) {
    const session = { token: cluster.rootToken, name: 'root', ttlSeconds: 0, renewable: false, madeHere: false };
    await page.evaluate(`sessionStorage.setItem('tidelock-session', ${JSON.stringify(JSON.stringify(session))})`);
  }
  await page.goto(`${cluster.server.address}/ui${path}`);
  await steps?.(page, world);
  await page
    .getByText(shows)
    .first()
    .waitFor()
    .catch((error: unknown) => {
      throw new Error(`${name} does not show ${shows}`, { cause: error });
    });
}

/** What the screen shows, or all of the page. WebP: a third of a PNG. */
async function picture(page: Page, { width, height }: Size, isWhole = false): Promise<Buffer> {
  const whole = isWhole ? await page.evaluate<number>('document.documentElement.scrollHeight') : 0;
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', {
    format: 'webp',
    quality: 60,
    captureBeyondViewport: true,
    clip: { x: 0, y: 0, width, height: Math.min(Math.max(height, whole), MOST_HIGH), scale: 1 },
  });
  await session.detach();
  return Buffer.from(data, 'base64');
}

main(process.argv.slice(2)).then(
  () => process.exit(),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
