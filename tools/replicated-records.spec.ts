import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MountDescriptions } from '@tidelock/core/mounts';
import { PASSWORD_POLICIES, POLICIES } from '@tidelock/core/policies';
import { KEYRING, SHARES } from '@tidelock/store';

const ROOT = join(__dirname, '..');
const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

const [, section = ''] = /## Replicated records\n([\s\S]*?)\n## /.exec(textOf('libs/replication/README.md')) ?? [];
const LOCAL = [...(section.split('Local alone are')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, key]) => key);
const ROWS = [...section.matchAll(/^\| `([^`<…]+)([^`]*)` \| `([^`]+)` \| .+ \| (.+) \| (yes|no) \|$/gm)].map(
  ([, key = '', rest = '', room, filtered, reapplied]) => ({ key, example: key + rest, room, filtered, reapplied }),
);

/** Keys, or what they begin with, as constants name them: [key, room]. */
const NAMED = ['core', 'replication', 'store', 'stream'].flatMap((lib) =>
  (readdirSync(join(ROOT, 'libs', lib), { recursive: true }) as string[])
    .filter((file) => /(^|\/)src\/.+\.ts$/.test(file) && !/\.(spec|testing)\.ts$|^contract\//.test(file))
    .flatMap((file) =>
      [...textOf(join('libs', lib, file)).matchAll(/^(?:export )?const [A-Z_]+ = '([a-z-]+\/[a-z/-]*)';$/gm)].map(
        ([, key]) => [key as string, join(lib, file).replace(/\/src\/.+/, '')] as const,
      ),
    ),
);
const NO_KEYS = ['application/json', 'auth/'];
/** As `replication.module.ts` makes it. */
const mounts = new MountDescriptions({ openRecord: (_, value) => value }, { isSingleton: () => false }, [
  POLICIES,
  PASSWORD_POLICIES,
]);

describe('the replicated records that libs/replication/README.md lists', () => {
  it('are those that the code has, and belong to the rooms that it says', () => {
    const replicated = NAMED.filter(([key]) => !LOCAL.includes(key) && !NO_KEYS.includes(key));
    const sealed = [KEYRING, SHARES].map((key) => [key, 'core/seal'] as const);
    expect(ROWS.map(({ key, room }) => `${key} ${room}`).sort()).toEqual(
      [...replicated, ...sealed].map(([key, room]) => `${key} ${room}`).sort(),
    );
  });

  it('are beside local ones that the code has', () => {
    expect(LOCAL.filter((key) => !NAMED.some(([named]) => named === key))).toEqual([]);
  });

  it('are filtered as it says', () => {
    const belongs = ({ example }: { example: string }): boolean => mounts.uuidIn(example) !== undefined;
    expect(ROWS.filter(belongs)).toEqual(ROWS.filter(({ filtered }) => filtered !== 'no'));
  });

  it('are reapplied as it says', () => {
    expect(ROWS.filter(({ example }) => mounts.isOfClients(example))).toEqual(
      ROWS.filter(({ reapplied }) => reapplied === 'yes'),
    );
  });
});
