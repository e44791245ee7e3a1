import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Count {
  readonly passed: number;
  readonly failed: number;
}

const { countOf, totalOf } = jest.requireActual<{
  countOf(report: string, status: number | null): Count;
  totalOf(lines: readonly string[]): string;
}>('./test-count');

describe('the count of a run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'test-count-'));
  const report = join(folder, 'report.json');
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    [0, [5, 0, 0], { passed: 5, failed: 0 }],
    [1, [5, 2, 0], { passed: 5, failed: 2 }],
    [1, [5, 0, 1], { passed: 5, failed: 1 }],
    [1, [5, 0, 0], { passed: 5, failed: 1 }],
    [null, [5, 0, 0], { passed: 5, failed: 1 }],
  ])('with status %p of %p is %p', (status, [numPassedTests, numFailedTests, numRuntimeErrorTestSuites], count) => {
    writeFileSync(report, JSON.stringify({ numPassedTests, numFailedTests, numRuntimeErrorTestSuites }));
    expect(countOf(report, status)).toEqual(count);
  });

  it('is one failure without a report', () => {
    expect(countOf(join(folder, 'none.json'), 0)).toEqual({ passed: 0, failed: 1 });
  });
});

describe('the total of several runs', () => {
  it('adds their lines up, and takes a run without one for a failure', () => {
    expect(totalOf(['7 passed, 0 failed', '3 passed, 2 failed'])).toBe('10 passed, 2 failed');
    expect(totalOf(['7 passed, 0 failed', ''])).toBe('7 passed, 1 failed');
    expect(totalOf(['7 passed, 0 failed', 'npm ERR! 1 passed, 0 failed'])).toBe('7 passed, 1 failed');
  });
});
