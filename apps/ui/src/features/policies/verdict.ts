import type { TestResult } from './ask';
import { type Decision, decide } from './decide';

export interface Verdict {
  readonly decision: Decision;
  /** Policies whose text is not known: what they say is not in the decision. */
  readonly unread: readonly { readonly name: string; readonly why: string }[];
  /** `alone`: there is nothing to compare with. */
  readonly compared: 'same' | 'different' | 'alone';
}

/** What follows from the policies, beside what the server says. */
export function verdictOn({ path, server, policies }: TestResult): Verdict | undefined {
  if (policies.value === undefined) return undefined;
  const named = policies.value.map(({ name, text }) => ({ name, rules: text.value?.rules ?? [] }));
  const decision = decide(named, path);
  const unread = policies.value.flatMap(({ name, text: { value, why } }) => {
    const problem = value?.problems.find(({ kind }) => kind === 'error');
    const reason = why ?? (problem && `line ${problem.line}: ${problem.text}`);
    return reason === undefined ? [] : [{ name, why: reason }];
  });
  return { decision, unread, compared: comparedWith(server?.value, decision.capabilities) };
}

function comparedWith(server: readonly string[] | undefined, ours: readonly string[]): Verdict['compared'] {
  if (server === undefined) return 'alone';
  return server.toSorted().join() === ours.toSorted().join() ? 'same' : 'different';
}
