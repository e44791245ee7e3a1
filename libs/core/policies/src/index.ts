export type { Acl, AclRequest } from './acl';
export { PASSWORD_POLICIES, PasswordPolicyStore } from './password-policy-store';
export { POLICIES, PolicyStore } from './policy-store';
