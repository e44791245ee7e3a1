import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Clock, type Page } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const found = [process.env['TIDELOCK_CHROMIUM'], ...PLACES].find((path) => path !== undefined && existsSync(path));

/** Nothing that a browser does by itself is to be taken for what the page does. */
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Tests in a browser; left out, with one line that says so, where there is none and `TIDELOCK_BROWSER` does not ask for it. */
export function describeInBrowser(story: string, tests: () => void): void {
  if (found !== undefined || process.env['TIDELOCK_BROWSER'] === 'required') return describe(story, tests);
  process.stderr.write('UI tests skipped: no Chromium found; install it or set TIDELOCK_CHROMIUM\n');
  describe.skip(story, tests); // Where a person has no browser; CI asks for one.
}

/** A browser with a profile of its own, and what its pages did that they must not. */
export class TestBrowser {
  private readonly others: TestBrowser[] = [];

  /** @param faults requests to others, errors of scripts, violations of the policy: what nobody expects. */
  private constructor(
    private readonly context: BrowserContext,
    private readonly profile: string,
    readonly faults: string[],
  ) {}

  static async open(faults: string[] = []): Promise<TestBrowser> {
    if (found === undefined) throw new Error('no Chromium was found, and TIDELOCK_BROWSER=required asks for it');
    const profile = mkdtempSync(join(tmpdir(), 'tidelock-browser-'));
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: found,
      headless: true,
      viewport: { width: 1360, height: 900 },
      // A colour half way from one to another has the contrast of neither.
      reducedMotion: 'reduce',
      args: QUIET,
    });
    context.setDefaultTimeout(15_000);
    return new TestBrowser(context, profile, faults);
  }

  /** Of all its tabs. */
  get clock(): Clock {
    return this.context.clock;
  }

  /** A tab at the UI of a server. */
  async visit(server: string, path = '/ui/'): Promise<Page> {
    const page = await this.context.newPage();
    const { origin } = new URL(server);
    page.on('request', (request) => {
      if (new URL(request.url()).origin !== origin) this.faults.push(`a request to ${request.url()}`);
    });
    page.on('pageerror', (error) => void this.faults.push(error.message));
    page.on('console', (message) => {
      // A refused login is an answer; Chromium tells of its status all the same.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        this.faults.push(message.text());
    });
    await page.goto(server + path);
    return page;
  }

  /** The same at another person's: a tab of one's own would take the session over. */
  async visitElsewhere(server: string, path?: string): Promise<Page> {
    const other = await TestBrowser.open(this.faults);
    this.others.push(other);
    return other.visit(server, path);
  }

  async close(): Promise<void> {
    await Promise.all(this.others.map((other) => other.close()));
    await this.context.close();
    rmSync(this.profile, { recursive: true, force: true });
  }
}

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds on a page: rules of WCAG 2.2 AA and best practice. @returns one line for each. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate<string[]>(
    `axe.run(document).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ': ' + target.join(' '))))`,
  );
}

/** Signs in as people do. */
export async function signIn(
  page: Page,
  by: { readonly token: string } | { readonly username: string; readonly password: string },
): Promise<void> {
  if ('token' in by) {
    await page.getByLabel('Method').selectOption('Token');
    await page.getByLabel('Token', { exact: true }).fill(by.token);
  } else {
    await page.getByLabel('Method').selectOption('Username');
    await page.getByLabel('Username').fill(by.username);
    await page.getByLabel('Password').fill(by.password);
  }
  await page.getByRole('button', { name: 'Sign in' }).click();
}
