import type { LockoutSettings } from '@tidelock/core/lockout';
import type { UserLockoutConfig } from '@tidelock/engine-api';
import { parseDurationSeconds } from '@tidelock/kernel';
import { check } from './check';
import { ConfigError } from './config-error';
import { setNameOf, valueOf } from './environment';
import { blocksIn, type PlacedBlock, placeOf, rootsOf, type Sources } from './sources';
import { UserLockoutStanza } from './stanzas';

/** Vault's auth methods that lock users; `all` fills in what the others leave open. */
const TYPES = ['all', 'approle', 'ldap', 'userpass'];
const VARIABLE = 'TIDELOCK_DISABLE_USER_LOCKOUT';
/** What Go's ParseBool takes. */
const WORDS: Readonly<Record<string, boolean>> = { '1': true, t: true, true: true, '0': false, f: false, false: false };

/** `user_lockout` blocks, and the variable that turns lockout off altogether. */
export function lockoutOf({ documents, env }: Sources): LockoutSettings {
  const word = valueOf(env, VARIABLE);
  const disabled = word === undefined ? false : WORDS[word.toLowerCase()];
  if (disabled === undefined) throw new ConfigError(`${setNameOf(env, VARIABLE)} must be true or false`);
  const byType = new Map<string, PlacedBlock[]>();
  for (const block of blocksIn(rootsOf(documents), 'user_lockout', 1)) {
    const type = (block.labels[0] ?? '').toLowerCase();
    if (!TYPES.includes(type)) {
      throw new ConfigError(
        `${placeOf([block], `user_lockout "${type}"`)}: unsupported auth type; known are ${TYPES.join(', ')}`,
      );
    }
    byType.set(type, [...(byType.get(type) ?? []), block]);
  }
  return { disabled, byType: new Map([...byType].map(([type, blocks]) => [type, rulesOf(type, blocks)])) };
}

function rulesOf(type: string, blocks: readonly PlacedBlock[]): UserLockoutConfig {
  const { lockout_threshold, lockout_duration, lockout_counter_reset, disable_lockout } = check(blocks, {
    name: `user_lockout "${type}"`,
    stanza: UserLockoutStanza,
  }).value;
  return {
    ...(lockout_threshold !== undefined && { lockout_threshold }),
    ...(lockout_duration !== undefined && { lockout_duration: parseDurationSeconds(lockout_duration) }),
    ...(lockout_counter_reset !== undefined && {
      lockout_counter_reset_duration: parseDurationSeconds(lockout_counter_reset),
    }),
    ...(disable_lockout !== undefined && { lockout_disable: disable_lockout }),
  };
}
