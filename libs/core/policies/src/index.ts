export type { AclRequest, Verdict } from './acl';
export { PasswordPolicyStore } from './password/password-policy-store';
export { PolicyStore } from './policy-store';
export type { Policy } from './rule';
