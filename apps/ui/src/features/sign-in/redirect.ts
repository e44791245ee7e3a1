/** Where to go once signed in. It stands in an address, so anybody may have written it: pages of this UI alone count. */
export const START_PAGE = '/vault/secrets';

export function safeRedirect(asked: unknown): string {
  return typeof asked === 'string' && /^\/vault\/(?!auth\b)[^\\]*$/.test(asked) ? asked : START_PAGE;
}
