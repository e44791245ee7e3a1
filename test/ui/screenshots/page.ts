import type { State } from './state';

/** docs/ui/README.md: what each picture shows. */
export function pageOf(states: readonly State[]): string {
  const rows = states.map(
    ({ name, what }) =>
      `| ${what} | ${['wide', 'phone'].flatMap((width) => ['light', 'dark'].map((theme) => `[${theme}](${name}-${width}-${theme}.webp)`)).join(' | ')} |`,
  );
  return `# Pictures of the web UI

\`npm run screenshots\` makes them of a real replication set over a real Kafka. A row of \`test/ui/screenshots/states.ts\` makes four pictures.

| state | wide | | phone | |
|---|---|---|---|---|
${rows.join('\n')}
`;
}
