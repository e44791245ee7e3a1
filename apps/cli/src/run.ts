import { COMMANDS } from './commands';
import { type CommandFactory, EXIT, type World } from './call/command';
import { ownVersion } from './config/package-root';
import { HELP_FLAG } from './call/common-flags';
import { parseFlags } from './call/parse-flags';
import { commandHelp, groupHelp, membersOf, overview } from './help';

/** The client comes with it. */
const failure = (): typeof import('./output/failure') => require('./output/failure');

const HELP = /^--?(?:h|help)$/;
const VERSION = /^(?:version|--?version|-v)$/;

/** One use of the command line. @returns the exit code. */
export async function run(argv: readonly string[], world: World): Promise<number> {
  const { terminal } = world;
  const [first = '', second = ''] = argv;
  if (VERSION.test(first))
    return say(
      world,
      HELP.test(second) ? 'Usage: tidelock version\n\n  Print the version.\n' : `Tidelock v${ownVersion()}\n`,
    );
  if (HELP.test(first) || first === 'help') return say(world, overview(COMMANDS));
  const name = Object.keys(COMMANDS).find((known) => known.split(' ').every((word, at) => argv[at] === word));
  if (name !== undefined) return use(name, argv.slice(name.split(' ').length), world);
  if (membersOf(COMMANDS, first).length > 0) return group(first, second, world);
  terminal.err(first === '' ? overview(COMMANDS) : `Unknown command: ${first}\n\n${overview(COMMANDS)}`);
  return EXIT.local;
}

async function use(name: string, words: readonly string[], world: World): Promise<number> {
  const { terminal } = world;
  try {
    const command = (COMMANDS[name] as CommandFactory)();
    const { flags, args } = parseFlags([...command.flags, HELP_FLAG], words);
    if (flags.boolean('help')) return say(world, commandHelp(name, command));
    warnOfLateFlags(args, world);
    return await command.run({ ...world, flags, args });
  } catch (error) {
    const { doingOf, exitCodeOf, failureText } = failure();
    const doing = doingOf(error);
    terminal.err(`${doing === undefined ? '' : `${doing}: `}${failureText(error, world.environment)}\n`);
    return exitCodeOf(error);
  }
}

/** A group alone lists its commands, and is an error unless help was asked for. */
function group(name: string, second: string, world: World): number {
  const text = groupHelp(name, COMMANDS);
  if (HELP.test(second)) return say(world, text);
  world.terminal.err(second === '' ? text : `Unknown command: ${name} ${second}\n\n${text}`);
  return EXIT.local;
}

function warnOfLateFlags(args: readonly string[], { terminal }: World): void {
  const late = args.filter((arg) => /^--?[A-Za-z]/.test(arg));
  if (late.length > 0)
    terminal.err(`Flags must come before the arguments; these are not read as flags: ${late.join(' ')}\n\n`);
}

function say({ terminal }: World, text: string): number {
  terminal.out(text);
  return EXIT.ok;
}
