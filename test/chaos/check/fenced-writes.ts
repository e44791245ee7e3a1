import { fatesOf } from './fates';
import type { Rule } from './violation';

/** What a fenced primary keeps aside has no effect anywhere. */
export const fencedWritesAreGone: Rule = (history) => {
  const fenced = [...fatesOf(history).aside].filter(({ action }) => action === 'write');
  return fenced.flatMap((operation) =>
    [...history.holdings].flatMap(([cluster, registers]) => {
      const holding = registers.get(operation.key);
      const visible =
        holding?.value === operation.value || [...(holding?.versions?.values() ?? [])].includes(operation.value);
      return visible
        ? [
            {
              rule: 'fenced writes have no effect',
              key: operation.key,
              what: `cluster ${cluster} shows it`,
              operations: [operation],
            },
          ]
        : [];
    }),
  );
};
