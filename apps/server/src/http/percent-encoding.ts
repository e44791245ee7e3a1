/** @returns `undefined` for what is not properly percent-encoded UTF-8. */
export function decoded(encoded: string): string | undefined {
  if (!encoded.includes('%')) return encoded;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}

/** Whether the path of a URL is properly percent-encoded; its query is not looked at. */
export const isEncoded = (url: string): boolean =>
  !url.includes('%') || decoded(url.split('?', 1)[0] as string) !== undefined;
