import type { Flag, FlagValues } from './parse-flags';
import type { Environment } from '../config/environment';
import type { TokenFile } from './token-file';
import type { Terminal } from './terminal';

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

/** Exit codes, as Vault's command has them: done, the call is wrong, the server says no. */
export const EXIT = { ok: 0, local: 1, server: 2 } as const;

export interface Command {
  /** What follows the command's name in the usage line. */
  readonly usage: string;
  /** One line. */
  readonly synopsis: string;
  /** Indented by two spaces. */
  readonly details?: string;
  readonly flags: readonly Flag[];
  /** @returns the exit code. */
  run(call: Call): Promise<number>;
}

/** Loads a command's file. @returns the command. */
export type CommandFactory = () => Command;

/** By name: `operator init`. */
export type Commands = Readonly<Record<string, CommandFactory>>;
