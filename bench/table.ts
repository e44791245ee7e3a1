/** One line of the result: what, how much, and what was to be reached (`bench/README.md`). */
export interface Figure {
  readonly name: string;
  readonly value: string;
  readonly target: string;
}

export function printTable(title: string, figures: readonly Figure[]): void {
  console.log(`\n## ${title}\n\n| figure | measured | to reach |\n|---|---|---|`);
  for (const { name, value, target } of figures) console.log(`| ${name} | ${value} | ${target || '-'} |`);
}
