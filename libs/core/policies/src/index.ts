export { PasswordPolicyStore } from './password-policy-store';
export { PolicyStore } from './policy-store';
