import { useSyncExternalStore } from 'react';
import { sessionStore } from './session';

/** The token of who is signed in; `""` while somebody signs out. */
export const useToken = (): string => useSyncExternalStore(sessionStore.subscribe, sessionStore.get)?.token ?? '';
