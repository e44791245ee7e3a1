import type { Call } from '../call/command';
import { LocalError } from '../call/local-error';

/**
 * A secret from the command line, from the standard input (`-`), or typed unseen by a person.
 *
 * @throws {LocalError} when it was not given and nobody can be asked.
 */
export async function secretInput(
  { terminal, flags }: Call,
  given: string | undefined,
  question: string,
): Promise<string> {
  if (given === '-') return (await terminal.readAll()).trim();
  if (given !== undefined) return given.trim();
  if (!terminal.canAsk || flags.boolean('non-interactive')) {
    throw new LocalError(
      `${question.replace(/ \(will be hidden\): $/, '')} was not given, and there is no terminal to ask at: give it as an argument, or "-" and send it to the standard input`,
    );
  }
  return (await terminal.askHidden(question)).trim();
}
