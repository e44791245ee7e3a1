import type { FlagSpecs, ParsedFlags } from '../flags/parse-flags';

/** One subcommand. */
export interface Command {
  /** Words after `tidelock`: `operator init`. */
  readonly name: string;
  readonly summary: string;
  /** Arguments and examples, for `-help`. */
  readonly usage: string;
  readonly flags: FlagSpecs;
  /** @returns the exit code; `undefined` is 0. */
  run(flags: ParsedFlags): Promise<number | void>;
}
