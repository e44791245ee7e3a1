/** What an activation token tells whoever holds it (a JWT, RFC 7519); nothing of it is checked here, the server does that. */
export interface ActivationToken {
  /** API address of the primary; absent from tokens of a primary that knows none. */
  readonly addr?: string;
  /** Milliseconds since 1970. */
  readonly expires?: number;
}

/** @returns `undefined` for what is no such token. */
export function readActivationToken(text: string): ActivationToken | undefined {
  const parts = text.trim().split('.');
  if (parts.length !== 3) return undefined;
  try {
    const bytes = Uint8Array.from(atob((parts[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')), (c) =>
      c.charCodeAt(0),
    );
    const { addr, exp } = JSON.parse(new TextDecoder().decode(bytes)) as { addr?: unknown; exp?: unknown };
    return {
      ...(typeof addr === 'string' && addr !== '' && { addr }),
      ...(typeof exp === 'number' && { expires: exp * 1000 }),
    };
  } catch {
    return undefined;
  }
}
