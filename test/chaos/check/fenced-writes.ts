import type { Rule } from './violation';

/** What a fenced primary keeps aside has no effect anywhere. */
export const fencedWritesAreGone: Rule = ({ operations, quarantined, holdings }) => {
  const aside = new Set(quarantined.map(({ cluster, index }) => `${cluster} ${index}`));
  const fenced = operations.filter(({ action, cluster, index, atPrimary }) => action === 'write' && atPrimary && aside.has(`${cluster} ${index}`));
  return fenced.flatMap((operation) =>
    [...holdings].flatMap(([cluster, registers]) => {
      const holding = registers.get(operation.key);
      const visible = holding?.value === operation.value || [...(holding?.versions?.values() ?? [])].includes(operation.value);
      return visible ? [{ rule: 'fenced writes have no effect', key: operation.key, what: `cluster ${cluster} shows it`, operations: [operation] }] : [];
    }),
  );
};
