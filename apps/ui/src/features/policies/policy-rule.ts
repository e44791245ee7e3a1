import type { CodeProblem } from '../../ui/code';

/** One `path "…" { … }` of a policy. */
export interface PolicyRule {
  /** As written, without a leading `/`. */
  readonly path: string;
  /** Where it stands in its policy's text. */
  readonly line: number;
  /** As written, those of the shorthand `policy` included. */
  readonly capabilities: readonly string[];
  /** What a request has to keep besides; in words. */
  readonly restrictions: readonly string[];
}

/** What a policy's text says, and what the server would refuse in it. */
export interface PolicyText {
  readonly rules: readonly PolicyRule[];
  readonly problems: readonly CodeProblem[];
}

/** In the order in which people think of them. */
export const CAPABILITIES = [
  'create',
  'read',
  'update',
  'patch',
  'delete',
  'list',
  'sudo',
  'subscribe',
  'recover',
  'deny',
] as const;

/** What it is about depends on the identity of who asks. */
export const isTemplate = ({ path }: Pick<PolicyRule, 'path'>): boolean => path.includes('{{');

export const isDeny = ({ capabilities }: Pick<PolicyRule, 'capabilities'>): boolean => capabilities.includes('deny');
