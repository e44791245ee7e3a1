import { HclError } from './hcl-error';
import { Parser } from './parser';
import { Source } from './source';
import type { HclObject } from './tree';

/**
 * Parses HCL 1, or JSON where the text begins with `{`, into one form of tree.
 *
 * @throws {HclError} with line and column of what cannot be read.
 * @see https://github.com/hashicorp/hcl/tree/hcl1 for the language.
 */
export function parseHcl(text: string): HclObject {
  const json = /^\uFEFF?\s*\{/.test(text);
  if (json) checkJson(text.replace(/^\uFEFF/, ''));
  return new Parser(new Source(text), json).document();
}

/** The parser is more lenient than JSON is. */
function checkJson(text: string): void {
  try {
    JSON.parse(text);
  } catch (error) {
    const offset = /position (\d+)/.exec((error as Error).message)?.[1];
    const source = new Source(text);
    throw new HclError(source.position(offset === undefined ? text.length : Number(offset)), 'invalid JSON');
  }
}
