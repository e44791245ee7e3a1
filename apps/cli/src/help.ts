import type { Command } from './command';
import { HELP_FLAG } from './flags/common-flags';
import type { Flag } from './flags/flag';

const WIDTH = 28;

const entry = (name: string, text: string): string => `    ${name.padEnd(WIDTH)}${text}`;

/** `tidelock -help`. */
export function overview(commands: readonly Command[]): string {
  const names = [...new Set(commands.map(({ words }) => words[0] as string))];
  const lines = names.map((name) => entry(name, summaryOf(commands, name)));
  return `Usage: tidelock <command> [flags] [arguments]\n\nCommands:\n${[...lines, entry('server', 'Start a server'), entry('version', 'Print the version')].sort().join('\n')}\n`;
}

/** `tidelock operator -help`. */
export function groupHelp(group: string, commands: readonly Command[]): string {
  const lines = membersOf(commands, group).map(({ words, synopsis }) => entry(words.slice(1).join(' '), synopsis));
  return `Usage: tidelock ${group} <subcommand> [flags] [arguments]\n\nSubcommands:\n${lines.join('\n')}\n`;
}

/** `tidelock read -help`. */
export function commandHelp({ words, usage, synopsis, details, flags }: Command): string {
  const parts = [`Usage: tidelock ${words.join(' ')} ${usage}`, `  ${synopsis}.`, ...(details ? [details] : [])];
  return `${parts.join('\n\n')}\n\nFlags:\n${[...flags, HELP_FLAG].map(flagHelp).join('\n')}\n`;
}

export const membersOf = (commands: readonly Command[], group: string): Command[] =>
  commands.filter(({ words }) => words[0] === group && words.length > 1);

function summaryOf(commands: readonly Command[], name: string): string {
  const members = membersOf(commands, name);
  const alone = commands.find(({ words }) => words.length === 1 && words[0] === name);
  return alone?.synopsis ?? `${members.map(({ words }) => words.slice(1).join(' ')).join(', ')}`;
}

function flagHelp({ name, aliases = [], kind, help }: Flag): string {
  const shown = [name, ...aliases].map((one) => `-${one}`).join(', ');
  return entry(kind === 'boolean' ? shown : `${shown}=<${kind === 'number' ? 'n' : 'text'}>`, help);
}
