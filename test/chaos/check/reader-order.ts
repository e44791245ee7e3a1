import type { Operation } from '../history/operation';
import { isOlder, registersOf, type Register } from './register';
import type { Rule, Violation } from './violation';

/** Who reads one register at one cluster, one read after the other, never sees an older value than before. */
export const readersNeverGoBack: Rule = (history) =>
  registersOf(history).flatMap((register) => series(register).flatMap((reads) => judge(reads, register)));

/** Reads that compare: of one cluster in one era. */
function series({ reads }: Register): Operation[][] {
  const groups: Record<string, Operation[]> = {};
  for (const read of reads) if (read.era !== undefined) (groups[`${read.cluster} ${read.era}`] ??= []).push(read);
  return Object.values(groups);
}

function judge(reads: readonly Operation[], register: Register): Violation[] {
  const violations: Violation[] = [];
  for (const [at, later] of reads.entries()) {
    const earlier = reads.slice(0, at).filter(({ end }) => end < later.start);
    const contradicts = earlier.find((read) => goesBack(read, later, register)) ?? reappears(earlier, later);
    if (contradicts === undefined) continue;
    violations.push({
      rule: 'a reader never goes back',
      key: register.key,
      what: `cluster ${later.cluster} showed an older value than before`,
      operations: [contradicts, later],
    });
  }
  return violations;
}

function goesBack(earlier: Operation, later: Operation, register: Register): boolean {
  if (earlier.value === undefined || earlier.value === later.value) return false;
  const seen = register.writes.get(earlier.value);
  return seen !== undefined && isOlder(later, seen, register);
}

/** A value is written once: gone, it does not come again. @returns the read in between, which did not see it. */
function reappears(earlier: readonly Operation[], later: Operation): Operation | undefined {
  if (later.value === undefined) return undefined;
  const first = earlier.find(({ value }) => value === later.value);
  return first && earlier.find(({ value, start }) => value !== later.value && start > first.end);
}
