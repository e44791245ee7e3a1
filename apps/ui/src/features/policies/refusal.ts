import type { CodeProblem } from '../../ui/code';
import type { PolicyText } from './policy-rule';

/** What is wrong with a text, the server's refusal of it among it, where that tells a line on which nothing was found. */
export function withRefusal(refusal: string | undefined, { rules, problems }: PolicyText): readonly CodeProblem[] {
  const refused = refusal === undefined ? undefined : placed(refusal, rules);
  const isKnown = problems.some(({ line, kind }) => kind === 'error' && line === refused?.line);
  return refused === undefined || isKnown ? problems : [refused, ...problems];
}

function placed(message: string, rules: PolicyText['rules']): CodeProblem | undefined {
  const [, line, column, reason] = /\bAt (\d+):(\d+): (.*)$/s.exec(message) ?? [];
  if (line !== undefined) return { line: Number(line), column: Number(column), text: reason ?? '', kind: 'error' };
  const onLine = /on line (\d+)/.exec(message)?.[1];
  if (onLine !== undefined) return { line: Number(onLine), column: 1, text: message, kind: 'error' };
  const rule = rules.find(({ path }) => message.includes(`path ${JSON.stringify(path)}: `));
  return rule && { line: rule.line, column: 1, text: message, kind: 'error' };
}
