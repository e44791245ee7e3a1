/** Where to go once signed in. It stands in an address, so anybody may have written it: pages of this UI alone count. */
export const START_PAGE = '/vault/secrets';

const PAGE = /^\/vault\/(?!auth\b)[^\\]*$/;

export function safeRedirect(asked: unknown): string {
  return typeof asked === 'string' && PAGE.test(asked) && PAGE.test(new URL(asked, 'http://ui').pathname)
    ? asked
    : START_PAGE;
}
