import type { Operation } from '../history/operation';
import { isOlder, type PlacedChange, registersOf, type Register } from './register';
import type { Rule, Violation } from './violation';

/**
 * A read that is answered shows what it is owed: at the primary everything that was acknowledged before; anywhere what the state
 * holds that the client named (`X-Vault-Index`), and what came back to this cluster before a forwarded write was acknowledged.
 */
export const readsAreFresh: Rule = (history) =>
  registersOf(history).flatMap((register) => register.reads.flatMap((read) => judge(read, register)));

function judge(read: Operation, register: Register): Violation[] {
  const done = register.changes.filter(({ operation }) => operation.outcome === 'done');
  const missed = done.find((change) => reasonToShow(change, read) !== undefined && isOlder(read, change, register));
  if (missed === undefined) return [];
  const what = `the read at ${read.cluster} does not show a change although ${reasonToShow(missed, read)}`;
  return [{ rule: 'reads are fresh', key: register.key, what, operations: [missed.operation, read] }];
}

/** After a fork the successor gives out indexes again that clients of the lost primary name: what began after the read is not what they saw. */
function reasonToShow({ operation: change, bounds }: PlacedChange, read: Operation): string | undefined {
  if (read.era === undefined || change.start >= read.start) return undefined;
  if (read.stated !== undefined && bounds.most <= read.stated) return `the client named index ${read.stated}`;
  if (change.end >= read.start) return undefined;
  if (read.atPrimary) return 'the primary had acknowledged it';
  const sameReplica = change.cluster === read.cluster && change.era === read.era;
  return change.applied === true && sameReplica ? 'it had come back to this cluster' : undefined;
}
