export { Acl, type AclRequest, type Verdict } from './acl';
export { parsePolicy } from './parse-policy';
export { PasswordPolicyStore } from './password/password-policy-store';
export { PolicyStore } from './policy-store';
export type { Policy } from './rule';
