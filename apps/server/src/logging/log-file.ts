import { closeSync, fstatSync, openSync, readdirSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { type Clock, makeFolder, systemClock } from '@tidelock/kernel';

/** `log_file` and what goes with it. */
export interface LogFileSettings {
  readonly path: string;
  /** Size in bytes at which the file is set aside; 0 = whatever its size. */
  readonly rotateBytes: number;
  /** Age at which it is. */
  readonly rotateMilliseconds: number;
  /** Files set aside that are kept: 0 = all, -1 = none. */
  readonly keep: number;
}

/** The log in a file: appended to, set aside by size and age, opened anew on demand. A disk that fails stops nobody. */
export class LogFile {
  private descriptor: number | undefined;
  private size = 0;
  private openedAt = 0;

  /** @throws {Error} when the file cannot be opened. */
  constructor(
    private readonly settings: LogFileSettings,
    private readonly clock: Clock = systemClock,
  ) {
    makeFolder(dirname(settings.path));
    this.open();
  }

  write(line: string): void {
    try {
      if (this.isDue()) this.setAside();
      if (this.descriptor !== undefined) this.size += writeSync(this.descriptor, line);
    } catch {
      // Standard error has the line, too.
    }
  }

  /** After somebody else has moved the file away. */
  reopen(): void {
    this.close();
    this.open();
  }

  close(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
  }

  private open(): void {
    this.descriptor = openSync(this.settings.path, 'a', 0o600);
    this.size = fstatSync(this.descriptor).size;
    this.openedAt = this.clock.now();
  }

  private isDue(): boolean {
    const { rotateBytes, rotateMilliseconds } = this.settings;
    return (
      this.size > 0 &&
      ((rotateBytes > 0 && this.size >= rotateBytes) || this.clock.now() - this.openedAt >= rotateMilliseconds)
    );
  }

  private setAside(): void {
    const { path, keep } = this.settings;
    const { folder, stem, extension } = partsOf(path);
    this.close();
    renameSync(path, join(folder, `${stem}-${this.clock.now()}${extension}`));
    this.open();
    const old = this.filesSetAside().sort((a, b) => a.time - b.time);
    const surplus = keep === 0 ? [] : old.slice(0, Math.max(0, old.length - Math.max(0, keep)));
    for (const { name } of surplus) rmSync(join(folder, name), { force: true });
  }

  private filesSetAside(): { readonly name: string; readonly time: number }[] {
    const { folder, stem, extension } = partsOf(this.settings.path);
    return readdirSync(folder).flatMap((name) => {
      if (!name.startsWith(`${stem}-`) || !name.endsWith(extension)) return [];
      const time = name.slice(stem.length + 1, name.length - extension.length);
      return /^\d{13,}$/.test(time) ? [{ name, time: Number(time) }] : [];
    });
  }
}

function partsOf(path: string): { readonly folder: string; readonly stem: string; readonly extension: string } {
  const extension = extname(path);
  return { folder: dirname(path), stem: basename(path, extension), extension };
}
