import type { Command, Commands } from './call/command';
import { HELP_FLAG } from './call/common-flags';
import type { Flag } from './call/parse-flags';

const WIDTH = 28;

const entry = (name: string, text: string): string => `    ${name.padEnd(WIDTH)}${text}`;

/** `tidelock -help`. */
export function overview(commands: Commands): string {
  const names = [...new Set(Object.keys(commands).map((name) => name.split(' ')[0] as string))];
  const lines = names.map((name) => entry(name, summaryOf(commands, name)));
  return `Usage: tidelock <command> [flags] [arguments]\n\nCommands:\n${[...lines, entry('server', 'Start a server'), entry('version', 'Print the version')].sort().join('\n')}\n`;
}

/** `tidelock operator -help`. */
export function groupHelp(group: string, commands: Commands): string {
  const lines = membersOf(commands, group).map((member) =>
    entry(member, commands[`${group} ${member}`]?.().synopsis ?? ''),
  );
  return `Usage: tidelock ${group} <subcommand> [flags] [arguments]\n\nSubcommands:\n${lines.join('\n')}\n`;
}

/** `tidelock read -help`. */
export function commandHelp(name: string, { usage, synopsis, details, flags }: Command): string {
  const parts = [`Usage: tidelock ${name} ${usage}`, `  ${synopsis}.`, ...(details ? [details] : [])];
  return `${parts.join('\n\n')}\n\nFlags:\n${[...flags, HELP_FLAG].map(flagHelp).join('\n')}\n`;
}

/** The second words of a group's commands; none where the word is no group. */
export const membersOf = (commands: Commands, group: string): string[] =>
  Object.keys(commands).flatMap((name) => (name.startsWith(`${group} `) ? name.slice(group.length + 1) : []));

const summaryOf = (commands: Commands, name: string): string =>
  commands[name]?.().synopsis ?? membersOf(commands, name).join(', ');

function flagHelp({ name, aliases = [], kind, help }: Flag): string {
  const shown = [name, ...aliases].map((one) => `-${one}`).join(', ');
  return entry(kind === 'boolean' ? shown : `${shown}=<${kind === 'number' ? 'n' : 'text'}>`, help);
}
