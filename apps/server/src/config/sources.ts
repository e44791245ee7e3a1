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

/** Names the files, for errors. */
export const placeOf = (documents: readonly ConfigDocument[]): string => documents.map(({ file }) => file).join(', ') || 'environment';

/** Bodies of all blocks of a name, over all documents. */
export function bodiesOf(documents: readonly ConfigDocument[], name: string, labels: number): HclObject[] {
  return documents.flatMap(({ file, tree }) => {
    try {
      return blocksOf(tree, name, labels).map(({ body }) => body);
    } catch (error) {
      throw new ConfigError(`${file}: ${(error as Error).message}`);
    }
  });
}
