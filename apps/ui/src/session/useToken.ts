import { useSyncExternalStore } from 'react';
import { type Session, sessionStore } from './session';

export const useSession = (): Session | undefined => useSyncExternalStore(sessionStore.subscribe, sessionStore.get);

/** The token of who is signed in; `""` while somebody signs out. */
export const useToken = (): string => useSession()?.token ?? '';
