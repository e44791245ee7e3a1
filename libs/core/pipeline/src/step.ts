import type { RequestContext } from './context';
import type { Rooms } from './rooms';

/** One step of a request's life: reads the context, adds what it found out, or throws what the client gets. */
export type Step = (context: RequestContext, rooms: Rooms) => Promise<void> | void;
