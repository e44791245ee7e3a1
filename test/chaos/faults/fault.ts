/** One way to hurt the system. */
export interface Fault {
  /** As the table at the end names it. */
  readonly name: string;
  readonly weight: number;
  /** What it can be done to: always as many, so that a seed tells which. */
  targets(): readonly string[];
  /** Parts that belong to this fault as long as it lasts. Two faults of one part never overlap. */
  parts(target: string): readonly string[];
  /** Is injected when its parts are free again, instead of being skipped. */
  readonly waits?: boolean;
  /** How long it lasts, s. */
  readonly seconds: readonly [least: number, most: number];
  inject(target: string): Promise<void>;
  heal(target: string): Promise<void>;
}

export const NOTHING_TO_HEAL = async (): Promise<void> => {};
