import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiError } from '@tidelock/client';
import { COMMANDS } from './commands';
import type { Command } from './commands/command';
import { helpOfFlags, parseFlags, switchFlag } from './flags/parse-flags';

const LOCAL_ERROR = 1;
const SERVER_ERROR = 2;

main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});

/** @returns the exit code: 0 ok, 1 local error, 2 the server's. */
async function main(argv: readonly string[]): Promise<number> {
  const [first = 'help'] = argv;
  if (/^(?:version|--?version|-v)$/.test(first)) return print(`Tidelock v${version()}`);
  if (/^(?:-h|--?help|help)$/.test(first)) return print(overview());
  const command = commandOf(argv);
  return command === undefined ? unknown(argv) : run(command, argv.slice(command.name.split(' ').length));
}

async function run(command: Command, args: readonly string[]): Promise<number> {
  try {
    const flags = parseFlags(args, command.flags);
    if (switchFlag(flags, 'help') || switchFlag(flags, 'h')) return print(helpOf(command));
    return (await command.run(flags)) ?? 0;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return error instanceof ApiError ? SERVER_ERROR : LOCAL_ERROR;
  }
}

const commandOf = (argv: readonly string[]): Command | undefined =>
  COMMANDS.find(({ name }) => name === argv.slice(0, name.split(' ').length).join(' '));

/** A group without its subcommand lists the group. */
function unknown(argv: readonly string[]): number {
  const group = COMMANDS.filter(({ name }) => name.startsWith(`${argv[0]} `));
  if (group.length === 0) process.stderr.write(`unknown command "${argv[0]}"\n\n${overview()}\n`);
  else process.stderr.write(`Usage: tidelock ${argv[0]} <subcommand>\n\n${listOf(group)}\n`);
  return LOCAL_ERROR;
}

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

const overview = (): string =>
  `Usage: tidelock <command> [args]\n\nCommands:\n${'    server'.padEnd(26)}Starts a server (tidelock server -help)\n${listOf(COMMANDS)}\n${'    version'.padEnd(26)}Prints the version`;

const listOf = (commands: readonly Command[]): string => commands.map(({ name, summary }) => `    ${name}`.padEnd(26) + summary).join('\n');

const helpOf = ({ usage, summary, flags }: Command): string => `Usage: ${usage}\n\n  ${summary}.\n\nOptions:\n${helpOfFlags(flags)}`;

function version(): string {
  return (JSON.parse(readFileSync(join(__dirname, '../../../../../../package.json'), 'utf8')) as { version: string }).version;
}
