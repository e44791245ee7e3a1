import type { FlagValues } from './flags/parse-flags';
import type { Flag } from './flags/flag';
import type { Environment } from './config/environment';
import type { TokenFile } from './session/token-file';
import type { Terminal } from './session/terminal';

/** The world around a call. Tests bring their own. */
export interface World {
  readonly environment: Environment;
  readonly terminal: Terminal;
  readonly tokenFile: TokenFile;
}

/** One use of a command. */
export interface Call extends World {
  readonly flags: FlagValues;
  readonly args: readonly string[];
}

/** Exit codes: 0 done, 1 the call is wrong, 2 the server says no. */
export interface Command {
  /** `['operator', 'init']`. */
  readonly words: readonly string[];
  /** What follows the words in the usage line. */
  readonly usage: string;
  /** One line. */
  readonly synopsis: string;
  /** Indented by two spaces. */
  readonly details?: string;
  readonly flags: readonly Flag[];
  run(call: Call): Promise<number>;
}
