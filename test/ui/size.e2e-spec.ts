import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

const BUILD = resolve(__dirname, '../../dist/apps/ui');
const KIB = 1024;

interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly dynamicImports?: readonly string[];
}

const manifest = JSON.parse(readFileSync(join(BUILD, 'manifest.json'), 'utf8')) as Record<string, Chunk>;

/** The scripts that a page loads, by their names in the manifest. */
function loadedBy(names: readonly string[], known = new Set<string>()): Set<string> {
  for (const name of names) {
    if (known.has(name)) continue;
    known.add(name);
    loadedBy(manifest[name]?.imports ?? [], known);
  }
  return known;
}

/** As they are sent, gzip. */
const bytesOf = (names: ReadonlySet<string>): number =>
  [...names]
    .map((name) => join(BUILD, (manifest[name] as Chunk).file))
    .filter((file) => file.endsWith('.js'))
    // One that gzip makes no smaller is sent as it is.
    .reduce((sum, file) => sum + statSync(existsSync(`${file}.gz`) ? `${file}.gz` : file).size, 0);

const page = (feature: string, name: string): string => `src/features/${feature}/${name}.tsx`;
const ENTRY = 'index.html';

// What a person waits for on a slow line. A budget that is passed is a decision, not an accident.
describe('the scripts of the web UI, gzip', () => {
  it('are at most 125 KiB for the sign-in page', () => {
    expect(bytesOf(loadedBy([ENTRY, page('sign-in', 'SignInPage')])) / KIB).toBeLessThan(125);
  });

  it('are at most 150 KiB for the details of replication, chart included', () => {
    const details = ['PerformancePage', 'DetailsPage', 'LagChart'].map((name) => page('replication', name));
    expect(bytesOf(loadedBy([ENTRY, ...details])) / KIB).toBeLessThan(150);
  });

  it('are at most 20 KiB more for any other page', () => {
    const entry = bytesOf(loadedBy([ENTRY]));
    const pages = Object.keys(manifest).filter((name) => /^src\/features\/.+Page\.tsx$/.test(name));
    expect(pages.length).toBeGreaterThan(5);
    for (const name of pages) expect((bytesOf(loadedBy([ENTRY, name])) - entry) / KIB).toBeLessThan(20);
  });
});
