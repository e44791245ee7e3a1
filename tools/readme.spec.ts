import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ENVIRONMENT, loadConfig, VAULT_NAMES } from '../apps/server/src/config';

const ROOT = join(__dirname, '..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

describe('README.md', () => {
  it.each(ENVIRONMENT)('has $variable in its table, with its key and its meaning', ({ variable, key, meaning }) => {
    const rows = README.split('\n').filter((line) => line.startsWith(`| \`${variable}\` |`));
    expect(rows).toHaveLength(1);
    if (key !== 'local-config') expect(rows[0]).toMatch(new RegExp(`\`-?${key}\``));
    expect(rows[0]).toContain(`| ${meaning} |`);
  });

  it('has no variable in that table that is not honoured', () => {
    const quoted = [...README.matchAll(/^\| `(TIDELOCK_[A-Z_]+)` \|/gm)].map(([, name]) => name);
    expect(quoted).toEqual(ENVIRONMENT.map(({ variable }) => variable));
  });

  it.each(Object.keys(VAULT_NAMES))('names %s', (name) => {
    expect(README).toContain(`\`${name}\``);
  });

  it('shows a configuration that the server takes', () => {
    const [, example] = /```hcl\n([\s\S]*?)```/.exec(README) ?? [];
    const folder = mkdtempSync(join(tmpdir(), 'tidelock-readme-'));
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

  it('links only to what is there', () => {
    const targets = [...README.matchAll(/\]\(([^)#:]+)\)/g)].map(([, target]) => target as string);
    expect(targets.length).toBeGreaterThan(0);
    expect(targets.filter((target) => !existsSync(join(ROOT, target)))).toEqual([]);
  });

  it('names only commands that package.json has', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const named = [...README.matchAll(/npm run ([a-z]+)/g)].map(([, name]) => name as string);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
    expect(
      Object.values(scripts)
        .flatMap((command) => /^node (\S+)$/.exec(command)?.[1] ?? [])
        .filter((file) => !existsSync(join(ROOT, file))),
    ).toEqual([]);
  });
});
