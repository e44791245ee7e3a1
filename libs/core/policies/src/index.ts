export { PasswordPolicyStore } from './password/password-policy-store';
export { PolicyStore } from './policy-store';
