import type { Operation } from '../history/operation';
import { registersOf, type Register } from './register';
import type { Rule, Violation } from './violation';

/** A value that is seen was written, before it was seen and not in vain; a version holds what was written as that version. */
export const readsHaveAWriter: Rule = (history) =>
  registersOf(history).flatMap((register) => register.reads.flatMap((read) => judge(read, register)));

function judge(read: Operation, { key, writes }: Register): Violation[] {
  if (read.value === undefined) return [];
  const write = writes.get(read.value)?.operation;
  const violation = (what: string): Violation[] => [
    { rule: 'a value seen was written', key, what, operations: write ? [write, read] : [read] },
  ];
  if (write === undefined) return violation(`"${read.value}" was seen, which nobody wrote`);
  if (write.outcome === 'refused') return violation('a refused write was seen');
  if (write.start > read.end) return violation('a value was seen before it was written');
  if (write.outcome === 'done' && write.version !== read.version)
    return violation(`version ${write.version} was seen as version ${read.version}`);
  return [];
}
