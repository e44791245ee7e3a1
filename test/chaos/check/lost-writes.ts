import type { Holding } from '../history/history';
import { isOlder, type PlacedChange, registersOf, type Register } from './register';
import type { Rule, Violation } from './violation';

/** An acknowledged change is there in the end, or something that came after it; a change of unknown outcome may be there or not. */
export const noWriteIsLost: Rule = (history) => {
  const holdings = history.holdings.get(history.primary);
  // Under way, before anybody has looked.
  if (holdings === undefined) return [];
  return registersOf(history).flatMap((register) => judge(register, holdings.get(register.key) ?? {}));
};

function judge(register: Register, holding: Holding): Violation[] {
  const { key, changes } = register;
  const done = changes.filter(({ operation }) => operation.outcome === 'done');
  const last = { ...holding, end: Infinity };
  const lost = done.filter((change) => isOlder(last, change, register) || isMissing(change, holding, register));
  const phantom =
    holding.value !== undefined &&
    !changes.some(({ operation: { action, value } }) => action === 'write' && value === holding.value);
  return [
    ...lost.map(({ operation }) => ({
      rule: 'no acknowledged write is lost',
      key,
      what: `in the end there is ${describe(holding)}`,
      operations: [operation],
    })),
    ...(phantom
      ? [
          {
            rule: 'no acknowledged write is lost',
            key,
            what: `in the end there is ${describe(holding)}, which nobody wrote, or in vain`,
            operations: [],
          },
        ]
      : []),
  ];
}

/** Of a versioned register: its version is gone, or another's. */
function isMissing({ operation }: PlacedChange, { versions }: Holding, { changes }: Register): boolean {
  const { version, value, start } = operation;
  if (version === undefined || versions === undefined) return false;
  if (!versions.has(version)) return true;
  const kept = versions.get(version);
  if (kept !== undefined) return kept !== value;
  return !changes.some(
    ({ operation: { action, outcome, end } }) => action === 'delete' && (outcome === 'unknown' || end > start),
  );
}

const describe = ({ value, version }: Holding): string =>
  `${value === undefined ? 'nothing' : `"${value}"`}${version === undefined ? '' : ` (version ${version})`}`;
