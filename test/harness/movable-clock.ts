import { mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The wall clock of one server process, set from outside while it runs. */
export class MovableClock {
  private readonly file = join(mkdtempSync(join(tmpdir(), 'tidelock-clock-')), 'ahead');

  constructor() {
    this.runAhead(0);
  }

  /** For the server's start. */
  get environment(): Readonly<Record<string, string>> {
    return { NODE_OPTIONS: `--require ${resolve(__dirname, 'shifted-clock.js')}`, TIDELOCK_TEST_CLOCK_FILE: this.file };
  }

  /** @param milliseconds against the machine's clock; negative = behind. */
  runAhead(milliseconds: number): void {
    // Whole or not at all: the server may be reading.
    writeFileSync(`${this.file}.new`, String(milliseconds));
    renameSync(`${this.file}.new`, this.file);
  }
}
