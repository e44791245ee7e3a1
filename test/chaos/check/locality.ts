import type { Rule } from './violation';

/** A token and what is in its cubbyhole are known where they were made, and there only. */
export const localStaysLocal: Rule = ({ tokens }) =>
  tokens.flatMap(({ cluster, accessor, knownAt, cubbyhole, cubbyholeAt }) => {
    const violation = (what: string) => ({
      rule: 'what is local stays local',
      key: `token ${accessor}`,
      what,
      operations: [],
    });
    const strayed = [...knownAt, ...cubbyholeAt].filter((name) => name !== cluster);
    return [
      ...strayed.map((name) => violation(`made at ${cluster}, known at ${name}`)),
      ...(knownAt.includes(cluster) ? [] : [violation(`made at ${cluster}, not known there any more`)]),
      ...(cubbyhole && !cubbyholeAt.includes(cluster) ? [violation(`its cubbyhole is empty at ${cluster}`)] : []),
    ];
  });
