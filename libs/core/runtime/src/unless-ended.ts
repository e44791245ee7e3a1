import { TidelockError } from '@tidelock/kernel';

/**
 * Waits for somebody outside, as long as the part lives: its end waits for its tasks, and must not wait for theirs.
 *
 * @param signal of the run.
 * @throws {TidelockError} SEALED once the part ends; what comes later is nobody's any more.
 */
export async function unlessEnded<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  let give: () => void = () => undefined;
  const ended = new Promise<never>((_, reject) => (give = () => reject(new TidelockError('SEALED'))));
  signal.addEventListener('abort', give, { once: true });
  if (signal.aborted) give();
  try {
    return await Promise.race([work, ended]);
  } finally {
    signal.removeEventListener('abort', give);
  }
}
