import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { loadConfig } from '../apps/server/src/config/index';
import { ENVIRONMENT, VAULT_NAMES } from '../apps/server/src/config/environment';
import { configurationPage } from './configuration-page';

const ROOT = join(__dirname, '..');
const textOf = (page: string): string => readFileSync(join(ROOT, page), 'utf8');

const FILES = [
  ...readdirSync(ROOT),
  ...['apps', 'bench', 'docs', 'libs', 'test', 'tools'].flatMap((folder) =>
    (readdirSync(join(ROOT, folder), { recursive: true }) as string[]).map((file) => join(folder, file)),
  ),
].filter((file) => !file.includes('node_modules'));
const PAGES = FILES.filter((file) => file.endsWith('.md'));

describe('docs/configuration.md', () => {
  const page = textOf('docs/configuration.md');

  it('is what `npm run docs` makes of the rules of the configuration', () => {
    expect(page).toBe(configurationPage());
  });

  it.each([...ENVIRONMENT.map(({ variable }) => variable), ...Object.keys(VAULT_NAMES)])('names %s', (name) => {
    expect(page).toContain(`\`${name}\``);
  });
});

describe('docs/set-up.md', () => {
  it('shows a configuration that the server takes', () => {
    const [, example] = /```hcl\n([\s\S]*?)```/.exec(textOf('docs/set-up.md')) ?? [];
    const folder = mkdtempSync(join(tmpdir(), 'tidelock-docs-'));
    const file = join(folder, 'tidelock.hcl');
    writeFileSync(file, example as string);
    const { settings, ignored } = loadConfig([`-config=${file}`], {});
    rmSync(folder, { recursive: true });
    expect(ignored).toEqual({ withoutMeaning: ['disable_mlock'], unsupported: [] });
    expect(settings).toMatchObject({
      storage: { kind: 'sqlite' },
      broker: { brokers: ['127.0.0.1:9092'] },
      apiAddr: 'http://127.0.0.1:8200',
    });
  });
});

describe('docs/engines.md', () => {
  const blocks = [...textOf('docs/engines.md').matchAll(/^```(?:ts|typescript)\n([\s\S]*?)^```$/gm)];
  const shown = blocks.map(([, code = '']) => code);
  const engines = readdirSync(join(ROOT, 'test/engines')).map((file) => textOf(`test/engines/${file}`));

  it('shows the engine that runs', () => {
    expect(shown[0]).toBe(textOf('test/engines/seats-engine.ts'));
  });

  it.each(shown)('shows only code that is compiled: %s', (code) => {
    const parts = code.split(/^ *\/\/ …\n/m);
    expect(engines.some((engine) => parts.every((part) => engine.includes(part)))).toBe(true);
  });
});

describe('README.md', () => {
  it('has at most 120 lines', () => {
    expect(textOf('README.md').split('\n').length).toBeLessThanOrEqual(120);
  });
});

describe('test/scenario/README.md', () => {
  it('tells each story', () => {
    const stories = FILES.flatMap((file) => /^test\/scenario\/(.+\.scenario\.ts)$/.exec(file)?.[1] ?? []);
    const page = textOf('test/scenario/README.md');
    expect(stories.filter((file) => !page.includes(`| \`${file}\` |`))).toEqual([]);
  });
});

const ROOMS = FILES.flatMap((file) => /^((?:apps|libs)\/.+)\/src\/(?:index|main)\.ts$/.exec(file)?.[1] ?? []).filter(
  (room) => !/\/(contract|kafka|testing)$/.test(room),
);

describe.each(ROOMS)('%s/README.md', (room) => {
  it('names each folder', () => {
    const folders = readdirSync(join(ROOT, room, 'src'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    const page = textOf(`${room}/README.md`);
    expect(folders.map(({ name }) => name).filter((name) => !page.includes(`\`${name}/`))).toEqual([]);
  });
});

describe.each(readdirSync(join(ROOT, 'docs/adr')))('docs/adr/%s', (file) => {
  it('has the form of a decision', () => {
    const text = textOf(`docs/adr/${file}`);
    expect(text).toMatch(new RegExp(`^# ${file.slice(0, 4)} .+\\n\\nStatus: .+\\n`));
    const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect([...headings.slice(0, 2), headings.at(-1)]).toEqual(['Context', 'Decision', 'Consequences']);
  });
});

/** As GitHub names the place of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');

const withoutCode = (text: string): string => text.replace(/^\s*```[\s\S]*?^\s*```/gm, '').replace(/`[^`\n]*`/g, '');

const anchorsOf = (page: string): string[] =>
  [...textOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading as string));

/** Where a file may lie that a page names: from the root; in ARCHITECTURE.md also from `libs`, in a room's page from its sources. */
function placesOf(page: string, span: string): string[] {
  const [first = '', second = '', ...rest] = span.split('/');
  if (['apps', 'bench', 'docs', 'libs', 'test', 'tools'].includes(first)) return [span];
  if (first === '..') return [join(dirname(page), span)];
  if (page !== 'ARCHITECTURE.md') {
    const sources = join(dirname(page), 'src');
    return FILES.includes(join(sources, first)) ? [join(sources, span)] : [];
  }
  if (!existsSync(join(ROOT, 'libs', first))) return [];
  return [join('libs', first, 'src', second, ...rest), join('libs', first, second, 'src', ...rest)];
}

describe.each(PAGES)('%s', (page) => {
  it('links only to what is there', () => {
    const targets = [...withoutCode(textOf(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target as string);
    const missing = targets.filter((target) => {
      if (/^[a-z]+:/.test(target)) return false;
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : normalize(join(dirname(page), path));
      return !existsSync(join(ROOT, file)) || (anchor !== undefined && !anchorsOf(file).includes(anchor));
    });
    expect(missing).toEqual([]);
  });

  it('names only files that are there', () => {
    const spans = [...textOf(page).matchAll(/`([\w.-]+\/[\w./-]+)[*\w./-]*`/g)].map(([, span]) => span as string);
    const missing = spans.filter((span) => {
      const places = placesOf(page, span);
      return places.length > 0 && !places.some((place) => FILES.some((file) => file.startsWith(place)));
    });
    expect(missing).toEqual([]);
  });

  it('names only commands that package.json has', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    const named = [...textOf(page).matchAll(/npm run ([a-z:]+)/g)].map(([, name]) => name as string);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

describe('what comments cite', () => {
  it('is in this repository', () => {
    const missing = FILES.filter((file) => /\.(ts|js|mjs)$/.test(file)).flatMap((file) =>
      [...textOf(file).matchAll(/^(?:.*\s\/\/|\s*\/?\*+|\/\/) (.*)$/gm)]
        .flatMap(([, comment]) => (comment as string).match(/[\w./-]+\.md\b/g) ?? [])
        .filter((page) => !PAGES.includes(page))
        .map((page) => `${file}: ${page}`),
    );
    expect(missing).toEqual([]);
  });
});

describe('package.json', () => {
  it('runs only tools that are there', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    const tools = Object.values(scripts).flatMap((command) => /^node (\S+)$/.exec(command)?.[1] ?? []);
    expect(tools.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });
});
