import { Badges } from '../../ui/Badge';
import { type Fact, Facts } from '../../ui/Facts';
import { countOf, durationOf, momentOf } from '../../ui/format';
import { lifeLeft } from '../../ui/life';
import { useNow } from '../../ui/useNow';
import type { TokenAnswer } from './calls';
import styles from './tokens.module.css';

/** What a look-up tells of a token, in words. */
export function TokenFacts({ token }: { readonly token: TokenAnswer }) {
  const now = useNow();
  return (
    <Facts
      rows={[
        ['Accessor', String(token.accessor ?? ''), 'code'],
        ['Display name', String(token.display_name ?? '')],
        ['Policies', <Words key="policies" of={textsIn(token.policies)} none="none" />],
        ['Type', String(token.type ?? '')],
        ['Parent', token.orphan === true ? 'none: it is an orphan' : 'the token that made it: it ends with that one'],
        ['Made at the path', <code key="path">{String(token.path ?? '')}</code>],
        ['Made', secondsAt(token.creation_time)],
        ['Last renewed', momentIn(token.last_renewal) ?? 'never'],
        ['Expires', momentIn(token.expire_time) ?? 'never'],
        ['Time left', lifeLeft(token.expire_time, now)],
        ['Renewable', token.renewable === true ? 'yes' : 'no'],
        ['Explicit maximum TTL', secondsIn(token.explicit_max_ttl) ?? 'none'],
        ['Uses left', usesIn(token.num_uses)],
        ...rareFacts(token),
      ]}
    />
  );
}

/** Those that few tokens have. */
function rareFacts(token: TokenAnswer): Fact[] {
  const period = secondsIn(token.period);
  const meta = typeof token.meta === 'object' && token.meta !== null ? Object.entries(token.meta) : [];
  const cidrs = textsIn(token.bound_cidrs);
  const entity = String(token.entity_id ?? '');
  return [
    ...(period === undefined ? [] : [['Period', period] as const]),
    ...(token.role === undefined ? [] : [['Role', String(token.role)] as const]),
    ...(entity === '' ? [] : [['Entity', entity, 'code'] as const]),
    ...(cidrs.length === 0 ? [] : [['Bound CIDRs', cidrs.join(', ')] as const]),
    ...(meta.length === 0
      ? []
      : [['Metadata', meta.map(([name, value]) => `${name} = ${String(value)}`).join(', ')] as const]),
  ];
}

export function Words({ of: words, none }: { readonly of: readonly string[]; readonly none: string }) {
  return words.length === 0 ? none : <span className={styles.words}>{<Badges words={[...new Set(words)]} />}</span>;
}

export const textsIn = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

function secondsIn(value: unknown): string | undefined {
  return typeof value === 'number' && value > 0 ? durationOf(value * 1000) : undefined;
}

function secondsAt(value: unknown): string {
  const moment = new Date(Number(value) * 1000).getTime();
  return Number.isNaN(moment) ? 'not told' : momentOf(moment);
}

function usesIn(value: unknown): string {
  return typeof value === 'number' && value > 0 ? countOf(value) : 'without limit';
}

function momentIn(time: unknown): string | undefined {
  const moment = typeof time === 'string' ? Date.parse(time) : NaN;
  return Number.isNaN(moment) ? undefined : momentOf(moment);
}
