import type { ApiRequest } from '../../api/request';
import { readPolicy } from './read-policy';
import { passwordPolicyProblems } from './read-password-policy';
import type { PolicyText } from './policy-rule';

/** As the API and the addresses name them. */
export type Kind = 'acl' | 'password';

interface KindOfPolicy {
  readonly title: string;
  /** What one of them is called on buttons. */
  readonly one: string;
  readonly note: string;
  readonly empty: string;
  readonly read: (text: string) => PolicyText;
  /** What a new one begins with. */
  readonly example: string;
}

export const KINDS: Readonly<Record<Kind, KindOfPolicy>> = {
  acl: {
    title: 'ACL policies',
    one: 'ACL policy',
    note: 'What tokens may do: paths, and capabilities on them.',
    empty: 'There is no policy yet.',
    read: readPolicy,
    example: `# What tokens with this policy may do.
path "secret/data/app/*" {
  capabilities = ["create", "read", "update"]
}
path "secret/metadata/app/*" {
  capabilities = ["list"]
}
`,
  },
  password: {
    title: 'Password policies',
    one: 'password policy',
    note: 'How the passwords that the server generates are made.',
    empty: 'There is no password policy yet. With one, the server generates passwords as other systems demand them.',
    read: (text) => ({ rules: [], problems: passwordPolicyProblems(text) }),
    example: `length = 20
rule "charset" {
  charset   = "abcdefghijklmnopqrstuvwxyz"
  min-chars = 1
}
rule "charset" {
  charset   = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
  min-chars = 1
}
rule "charset" {
  charset   = "0123456789"
  min-chars = 1
}
`,
  },
};

export const listPath = (kind: Kind): string => `sys/policies/${kind}`;
export const policyPath = (kind: Kind, name: string): string => `${listPath(kind)}/${name}`;

export const readRequest = (kind: Kind, name: string): ApiRequest => ({ method: 'GET', path: policyPath(kind, name) });
export const saveRequest = (kind: Kind, name: string, policy: string): ApiRequest => ({
  method: 'POST',
  path: policyPath(kind, name),
  body: { policy },
});
export const deleteRequest = (kind: Kind, name: string): ApiRequest => ({
  method: 'DELETE',
  path: policyPath(kind, name),
});
export const generateRequest = (name: string): ApiRequest => ({
  method: 'GET',
  path: `${policyPath('password', name)}/generate`,
});

/** Nobody writes these. */
export const isFixed = (kind: Kind, name: string): boolean =>
  kind === 'acl' && (name === 'root' || name === 'response-wrapping');

export const mayBeDeleted = (kind: Kind, name: string): boolean =>
  !isFixed(kind, name) && !(kind === 'acl' && name === 'default');
