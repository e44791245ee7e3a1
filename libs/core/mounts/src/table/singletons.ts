/** Types that are there once, mounted by the service itself. */
export const SINGLETONS: readonly string[] = ['system', 'identity', 'cubbyhole', 'token'];
