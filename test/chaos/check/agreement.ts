import type { Rule } from './violation';

/** In calm every cluster holds what the primary holds. */
export const clustersAgree: Rule = ({ holdings, primary }) => {
  const there = holdings.get(primary) ?? new Map();
  return [...holdings].flatMap(([cluster, here]) =>
    [...there]
      .filter(([key, { value, version }]) => here.get(key)?.value !== value || here.get(key)?.version !== version)
      .map(([key, { value }]) => ({
        rule: 'clusters agree',
        key,
        what: `cluster ${cluster} holds ${here.get(key)?.value ?? 'nothing'}, the primary ${value ?? 'nothing'}`,
        operations: [],
      })),
  );
};
