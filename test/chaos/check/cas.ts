import type { Operation } from '../history/operation';
import { registersOf, type Register } from './register';
import type { Rule, Violation } from './violation';

/** Every version is one write's, and a check-and-set makes the version after the one it names. */
export const casIsWonOnce: Rule = (history) => registersOf(history).flatMap(judge);

function judge({ key, changes }: Register): Violation[] {
  const winners = new Map<number, Operation>();
  const violations: Violation[] = [];
  const broken = (what: string, ...operations: Operation[]) =>
    violations.push({ rule: 'check-and-set is won once', key, what, operations });
  for (const { operation } of changes) {
    const { version, cas, outcome, action } = operation;
    if (action !== 'write' || outcome !== 'done' || version === undefined) continue;
    const winner = winners.get(version);
    if (winner !== undefined) broken(`version ${version} was given to two writes`, winner, operation);
    winners.set(version, operation);
    if (cas !== undefined && version !== cas + 1)
      broken(`a check-and-set on ${cas} made version ${version}`, operation);
  }
  return violations;
}
