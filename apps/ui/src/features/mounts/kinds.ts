import { KeyAsteriskIcon, PersonIcon } from '@primer/octicons-react';
import type { ComponentType } from 'react';

/** Secrets engines and auth methods are mounted alike. */
export type Kind = 'secret' | 'auth';

/** What can be enabled. */
interface MountType {
  readonly type: string;
  readonly title: string;
  readonly note: string;
  readonly icon: ComponentType;
}

interface KindWords {
  readonly title: string;
  readonly note: string;
  readonly one: string;
  readonly many: string;
  readonly enableNew: string;
  readonly enable: string;
  /** Where the API has them. */
  readonly api: 'sys/mounts' | 'sys/auth';
  /** What their paths begin with where they are named in full. */
  readonly prefix: '' | 'auth/';
  readonly types: readonly MountType[];
  readonly list: '/vault/secrets' | '/vault/access';
  readonly enablePage: '/vault/secrets/enable' | '/vault/access/enable';
  readonly configuration: '/vault/secrets/$mount/configuration' | '/vault/access/$mount/configuration';
}

export const KINDS: Readonly<Record<Kind, KindWords>> = {
  secret: {
    title: 'Secrets engines',
    note: 'Each keeps or makes secrets below its path.',
    one: 'secrets engine',
    many: 'secrets engines',
    enableNew: 'Enable new engine',
    enable: 'Enable engine',
    api: 'sys/mounts',
    prefix: '',
    types: [
      { type: 'kv', title: 'KV', note: 'Keeps secrets that you write, as names and values.', icon: KeyAsteriskIcon },
    ],
    list: '/vault/secrets',
    enablePage: '/vault/secrets/enable',
    configuration: '/vault/secrets/$mount/configuration',
  },
  auth: {
    title: 'Auth methods',
    note: 'Who signs in here, and how.',
    one: 'auth method',
    many: 'auth methods',
    enableNew: 'Enable new method',
    enable: 'Enable method',
    api: 'sys/auth',
    prefix: 'auth/',
    types: [
      {
        type: 'userpass',
        title: 'Username & Password',
        note: 'Users sign in by a name and a password that this cluster keeps.',
        icon: PersonIcon,
      },
    ],
    list: '/vault/access',
    enablePage: '/vault/access/enable',
    configuration: '/vault/access/$mount/configuration',
  },
};

/** The service mounts them itself, once: they stay where they are. */
const OWN_TYPES = ['system', 'identity', 'cubbyhole', 'token'];

export const isOwn = (type: string): boolean => OWN_TYPES.includes(type);

/** Of these the API changes no settings. */
export const isTunable = (type: string): boolean => !isOwn(type) || type === 'token';
