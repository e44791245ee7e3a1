/**
 * Injection tokens for what engines need of the node and is an interface: `@Inject(LOGGER) logger: Logger`, `@Inject(CLOCK) clock: Clock`.
 * A request's own time is `EngineRequest.now`; what is done for one mount has both in its `MountContext`.
 */
export const LOGGER = Symbol('Logger');
export const CLOCK = Symbol('Clock');
