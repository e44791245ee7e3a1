import { AclPoliciesPaths } from './acl-policies.paths';
import { CapabilitiesPaths } from './capabilities.paths';
import { PasswordPoliciesPaths } from './password-policies.paths';

export const POLICY_PARTS = [AclPoliciesPaths, PasswordPoliciesPaths, CapabilitiesPaths] as const;
