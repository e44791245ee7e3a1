import { blocksOf, type HclObject } from '@tidelock/hcl';
import { ConfigError } from './config-error';
import type { ConfigDocument } from './documents';
import type { Environment } from './environment';
import type { Flags } from './flags';

/** What all parts of the configuration are read from. */
export interface Sources {
  readonly documents: readonly ConfigDocument[];
  readonly env: Environment;
  readonly flags: Flags;
  readonly note: (ignored: readonly string[]) => void;
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
      return blocksOf(body, name, labels).map((block) => ({ file, line: block.position.line, labels: block.labels, body: block.body }));
    } catch (error) {
      throw new ConfigError(`${file}: ${(error as Error).message}`);
    }
  });
}

/** For errors about a block as a whole. */
export function placeOf(blocks: readonly PlacedBlock[], name: string): string {
  const block = blocks.at(-1);
  return block === undefined ? name : `${block.file}:${block.line}: ${name}`;
}
