import { PasswordPolicyService, type RequestScope } from '@tidelock/engine-api';
import { unitOf } from '@tidelock/core/scope';
import { badRequest, notFound } from '@tidelock/kernel';
import { policyTextOf, putPolicyText, storedPolicyText } from './policy-text';
import { generatePassword, parsePasswordPolicy } from './password-policy';

export const PASSWORD_POLICIES = 'core/password-policy/';

/** The cluster set's password policies. */
export class PasswordPolicyStore extends PasswordPolicyService {
  async names(scope: RequestScope): Promise<string[]> {
    return (await unitOf(scope).replicated.keys(PASSWORD_POLICIES)).map((key) => key.slice(PASSWORD_POLICIES.length));
  }

  async read(scope: RequestScope, name: string): Promise<string | undefined> {
    return storedPolicyText(unitOf(scope).replicated, keyOf(name));
  }

  async write(scope: RequestScope, name: string, sent: string): Promise<void> {
    if (sent === '') throw badRequest('missing policy');
    const policy = policyTextOf(sent);
    parsePasswordPolicy(policy);
    putPolicyText(unitOf(scope).replicated, keyOf(name), policy);
  }

  async remove(scope: RequestScope, name: string): Promise<void> {
    unitOf(scope).replicated.delete(keyOf(name));
  }

  async generate(scope: RequestScope, name: string): Promise<string> {
    const text = await this.read(scope, name);
    if (text === undefined) throw notFound();
    return generatePassword(parsePasswordPolicy(text));
  }
}

const keyOf = (name: string): string => PASSWORD_POLICIES + name.toLowerCase();
