/** Place of a character in its text; both count from 1. */
export interface HclPosition {
  readonly line: number;
  readonly column: number;
}

/** The text is not HCL. The message names the place, in HCL's own form: `At 3:14: literal not terminated`. */
export class HclError extends Error {
  override readonly name = 'HclError';

  constructor(
    readonly position: HclPosition,
    readonly reason: string,
  ) {
    super(`At ${position.line}:${position.column}: ${reason}`);
  }
}
