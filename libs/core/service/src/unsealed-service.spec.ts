import { TestRuntime } from '@tidelock/core/runtime/testing';
import { silentLogger, TidelockError } from '@tidelock/kernel';
import { type ServiceRooms, UnsealedService } from './unsealed-service';

const NOON = 1_700_000_000_000;

describe('The service of a secondary', () => {
  const events: string[] = [];
  let runtime: TestRuntime;
  beforeEach(() => {
    events.length = 0;
    runtime = new TestRuntime(NOON);
  });
  afterEach(() => runtime.root.end());

  const part = (name: string) => ({ name, start: () => void events.push(name) });

  /** @param broken why the mounts cannot be read, until what brings it right has happened. */
  function serviceWhere(broken: 'CORRUPT_RECORD' | 'UNKNOWN_TERM', rightAfter: string): UnsealedService {
    const load = async (): Promise<void> => {
      if (!events.includes(rightAfter)) throw new TidelockError(broken);
      events.push('loaded');
    };
    const rooms = {
      store: { transact: async () => undefined },
      clock: runtime.clock,
      logger: silentLogger,
      attempts: [],
      node: { ...part('role'), mode: 'secondary', isSecondary: true, load: async () => undefined, role: {} },
      newRootKey: { ...part('root-key'), fetch: async () => void events.push('asked') },
      mounts: { ...part('mounts'), load, parts: { writers: part('writers') } },
      audit: { ...part('audit'), load: async () => undefined },
      batchTokens: { ...part('batch-tokens'), load: async () => undefined },
    };
    const others = ['clusterFacts', 'purger', 'intents', 'sweep', 'unmounted', 'lostAnswers', 'upkeep'];
    const all = { ...Object.fromEntries(others.map((name) => [name, part(name)])), ...rooms };
    return new UnsealedService(all as unknown as ServiceRooms);
  }

  it.each([
    ['CORRUPT_RECORD', 'role'],
    ['UNKNOWN_TERM', 'asked'],
  ] as const)(
    'takes up its role first where that brings what a mount needs to be read (%s)',
    async (broken, rightAfter) => {
      await runtime.root.begin(serviceWhere(broken, rightAfter));
      expect(events.filter((event) => ['role', 'loaded', 'sweep'].includes(event))).toEqual([
        'role',
        'loaded',
        'sweep',
      ]);
    },
  );

  it('does not start where the key does not come', async () => {
    const starting = runtime.root.begin(serviceWhere('UNKNOWN_TERM', 'never'));
    await expect(starting).rejects.toMatchObject({ code: 'UNKNOWN_TERM' });
  });
});
