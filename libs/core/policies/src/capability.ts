/** What a policy can grant on a path, as bits of a set. */
export const CAPABILITY = {
  create: 1,
  read: 2,
  update: 4,
  delete: 8,
  list: 16,
  sudo: 32,
  patch: 64,
  subscribe: 128,
  recover: 256,
  deny: 512,
} as const;

export type Capability = keyof typeof CAPABILITY;

/** The shorthands of Vault 0.1: `policy = "write"`. */
export const LEGACY_POLICIES: Readonly<Record<string, readonly Capability[]>> = {
  deny: ['deny'],
  read: ['read', 'list'],
  write: ['create', 'read', 'update', 'delete', 'list'],
  sudo: ['create', 'read', 'update', 'delete', 'list', 'sudo'],
};

export const isCapability = (name: string): name is Capability => Object.hasOwn(CAPABILITY, name);

/** `deny` leaves nothing else. */
export function capabilitySet(names: readonly Capability[]): number {
  const set = names.reduce((bits, name) => bits | CAPABILITY[name], 0);
  return denies(set) ? CAPABILITY.deny : set;
}

export const denies = (set: number): boolean => (set & CAPABILITY.deny) !== 0;

/** Whether anything at all is granted. */
export const grants = (set: number): boolean => set !== 0 && !denies(set);

/** Sorted names; `["deny"]` for a set that grants nothing. */
export function capabilityNames(set: number): Capability[] {
  if (!grants(set)) return ['deny'];
  return (Object.keys(CAPABILITY) as Capability[]).filter((name) => (set & CAPABILITY[name]) !== 0).sort();
}
