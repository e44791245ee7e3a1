import type { Page } from 'playwright-core';
import type { World } from './world';

/** One picture, in both themes and two widths. */
export interface State {
  /** Of its files. */
  readonly name: string;
  /** In docs/ui/README.md. */
  readonly what: string;
  readonly on: Exclude<keyof World, 'stop' | 'activationToken'>;
  /** Behind `/ui`. */
  readonly path: string;
  /** Default: whoever has the root token. */
  readonly as?: 'nobody';
  /** What the set is brought to first; it stays so for the states below. */
  readonly before?: (world: World) => Promise<void>;
  /** The status that the page is told instead of the real one: for what is rare. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- an answer as it came, in part replaced by what it must not have
  readonly told?: (status: any) => unknown;
  /** Not only what the screen shows: the rest, too. */
  readonly isWhole?: true;
  /** What is clicked. */
  readonly steps?: (page: Page, world: World) => Promise<void>;
  /** The picture is taken once this is seen. */
  readonly shows: string | RegExp;
}
