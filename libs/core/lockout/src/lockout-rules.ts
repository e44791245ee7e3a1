import type { MountView, UserLockoutConfig } from '@tidelock/engine-api';

/** What the configuration says of lockout. */
export interface LockoutSettings {
  /** No name is ever locked, whatever else is configured. */
  readonly disabled: boolean;
  /** By type of auth method; `all` fills in what a type's own settings leave open. */
  readonly byType: ReadonlyMap<string, Readonly<UserLockoutConfig>>;
}

/** The rules in force at a mount. Times in milliseconds. */
export interface LockoutRules {
  readonly disabled: boolean;
  readonly threshold: number;
  /** How long a lock lasts. */
  readonly lockedFor: number;
  /** How long a failure counts. */
  readonly countedFor: number;
}

const DEFAULTS = { lockout_threshold: 5, lockout_duration: 15 * 60, lockout_counter_reset_duration: 15 * 60 };

/** A mount's own settings win over its type's, those over `all`, those over the defaults. Zero says nothing, as in all of a mount's settings. */
export function rulesFor(
  { type, userLockout }: Pick<MountView, 'type' | 'userLockout'>,
  { disabled, byType }: LockoutSettings,
): LockoutRules {
  const configured = [byType.get(type), byType.get('all')];
  const number = (name: keyof typeof DEFAULTS): number =>
    [userLockout, ...configured].map((level) => level?.[name]).find(Boolean) ?? DEFAULTS[name];
  return {
    // A mount turns lockout off, never on again: its `false` may just as well be a setting that nobody made.
    disabled:
      disabled ||
      userLockout?.lockout_disable === true ||
      (configured.map((level) => level?.lockout_disable).find((off) => off !== undefined) ?? false),
    threshold: number('lockout_threshold'),
    lockedFor: number('lockout_duration') * 1000,
    countedFor: number('lockout_counter_reset_duration') * 1000,
  };
}
