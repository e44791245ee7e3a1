import type { RequestContext } from '../request/context';
import type { Rooms } from './ports';

/** One step of a request's life: reads the context, adds what it found out, or throws what the client gets. */
export type Step = (context: RequestContext, rooms: Rooms) => Promise<void> | void;

/** What somebody else has to be asked first. The context keeps the answer. */
export type Question = () => Promise<void>;

/** A step of a transaction. It may return a question; it runs again when that is answered, and finds the answer. */
export type TransactionStep = (context: RequestContext, rooms: Rooms) => Outcome;

/** Any of them, as it is called: with what to take steps by, for one that is made of others. */
export type AnyStep = (context: RequestContext, rooms: Rooms, take: Take) => Outcome;

/** Takes one step, before the eyes of whoever observes. */
export type Take = (step: AnyStep, context: RequestContext) => Outcome;

type Outcome = Promise<Question | void> | Question | void;
