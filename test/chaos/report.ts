import { copyFileSync, existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Violation } from './check/violation';
import type { History } from './history/history';
import { describeOperation, type Operation } from './history/operation';
import type { World } from './world/world';

const SHOWN = 10;
/** Operations on the same register that are printed around what shows a violation, ms. */
const AROUND_MS = 3000;

/** Violations with the history around them. */
export function reportOf({ operations }: History, violations: readonly Violation[]): string {
  const shown = violations.slice(0, SHOWN).map((violation) => reportViolation(violation, operations));
  return [...shown, ...(violations.length > SHOWN ? [`and ${violations.length - SHOWN} more`] : [])].join('\n\n');
}

function reportViolation(
  { rule, key, what, operations: involved }: Violation,
  operations: readonly Operation[],
): string {
  const near = (operation: Operation): boolean =>
    involved.some(({ start, end }) => operation.end > start - AROUND_MS && operation.start < end + AROUND_MS);
  const around = operations.filter((operation) => operation.key === key && near(operation));
  const lines = around
    .sort((a, b) => a.start - b.start)
    .map((operation) => `${involved.includes(operation) ? '>' : ' '} ${describeOperation(operation)}`);
  return [`VIOLATION: ${rule}: ${key}: ${what}`, ...lines].join('\n');
}

/** @returns the folder that the logs of all processes are in. */
export function saveLogs({ members, outcast, kafka }: World): string {
  const folder = mkdtempSync(join(tmpdir(), 'tidelock-chaos-'));
  for (const { name, cluster } of members) writeFileSync(join(folder, `${name}.log`), cluster.server.log);
  writeFileSync(join(folder, 'outcast.log'), outcast.cluster.server.log);
  const broker = join(kafka.dir, 'kafka.log');
  if (existsSync(broker)) copyFileSync(broker, join(folder, 'kafka.log'));
  return folder;
}
