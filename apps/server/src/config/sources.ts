import { blocksOf, type HclObject } from '@tidelock/hcl';
import { ConfigError } from './config-error';
import type { ConfigDocument } from './documents';
import type { Environment } from './environment';
import type { Flags } from './flags';
import type { IgnoredKeys } from './foreign-keys';

/** What all parts of the configuration are read from. */
export interface Sources {
  readonly documents: readonly ConfigDocument[];
  readonly env: Environment;
  readonly flags: Flags;
  readonly note: (ignored: IgnoredKeys) => void;
  /** What the operator should hear, once there is a log. */
  readonly warn: (message: string, facts?: Readonly<Record<string, string>>) => void;
}

/** A block, and where it stands. */
export interface PlacedBlock {
  readonly file: string;
  readonly line: number;
  readonly labels: readonly string[];
  readonly body: HclObject;
}

/** Whole documents, as blocks. */
export const rootsOf = (documents: readonly ConfigDocument[]): PlacedBlock[] =>
  documents.map(({ file, tree }) => ({ file, line: 1, labels: [], body: tree }));

/** All blocks of a name, with so many labels, in any of the bodies. */
export function blocksIn(bodies: readonly PlacedBlock[], name: string, labels: number): PlacedBlock[] {
  return bodies.flatMap(({ file, body }) => {
    try {
      return blocksOf(body, name, labels).map((block) => ({
        file,
        line: block.position.line,
        labels: block.labels,
        body: block.body,
      }));
    } catch (error) {
      throw new ConfigError(`${file}: ${(error as Error).message}`);
    }
  });
}

/** Blocks of which one body may have one: a second in the same file is a mistake that would win without a word. */
export function singleBlocksIn(
  bodies: readonly PlacedBlock[],
  labels: number,
  ...names: readonly [string, ...string[]]
): PlacedBlock[] {
  return bodies.flatMap((body) => {
    const found = names.flatMap((name) => blocksIn([body], name, labels));
    const [, second] = [...found].sort((a, b) => a.line - b.line);
    if (second)
      throw new ConfigError(
        `${placeOf([second], `"${names[0]}"`)}: only one such block is permitted here, and this is the second`,
      );
    return found;
  });
}

/** For errors about a block as a whole. */
export function placeOf(blocks: readonly PlacedBlock[], name: string): string {
  const block = blocks.at(-1);
  return block === undefined ? name : `${block.file}:${block.line}: ${name}`;
}
