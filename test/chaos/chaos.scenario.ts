import { runChaos } from './chaos';
import { FAILED_SEEDS } from './seeds';

const MINUTES = 0.5;
const SEEDS = [
  Number(process.env['TIDELOCK_TEST_SEED'] ?? 20261124),
  ...FAILED_SEEDS.filter(({ minutes }) => minutes <= MINUTES).map(({ seed }) => seed),
];

// All promises at once, in a run that is short; `npm run test:chaos` runs as long as one likes.
it.each(SEEDS)(
  'random faults break no promise (seed %i)',
  async (seed) => {
    const lines: string[] = [];
    const { failure, faults, operations } = await runChaos({ seed, minutes: MINUTES, log: (line) => lines.push(line) });
    expect(failure && [...lines, failure].join('\n')).toBe('');
    // How many there are is a matter of the machine.
    expect(faults).toBeGreaterThan(0);
    expect(operations).toBeGreaterThan(0);
  },
  600_000,
);
