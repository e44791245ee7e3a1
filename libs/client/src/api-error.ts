/** The server refused, or did not answer (`status` 0). */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly errors: readonly string[];

  constructor(
    readonly status: number,
    readonly call: string,
    readonly body: unknown,
  ) {
    const errors = textsIn(body);
    super(status === 0 ? `error calling the server: ${call}: ${errors.join('; ')}` : message(status, call, errors));
    this.errors = errors;
  }
}

function textsIn(body: unknown): string[] {
  const errors = typeof body === 'object' && body !== null ? (body as { errors?: unknown }).errors : undefined;
  return Array.isArray(errors) ? errors.map(String) : [];
}

/** In Vault's layout. */
function message(status: number, call: string, errors: readonly string[]): string {
  const list = errors.length > 0 ? ` Errors:\n\n${errors.map((text) => `* ${text.trim()}`).join('\n')}` : '';
  return `Error making API request.\n\nURL: ${call}\nCode: ${status}.${list}`;
}
