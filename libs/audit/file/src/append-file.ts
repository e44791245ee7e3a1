import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeFolder } from '@tidelock/kernel';
import type { FileOptions } from './file-options';

// Opening a named pipe that nobody reads fails at once instead of holding a thread for ever.
const FLAGS = constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY | constants.O_NONBLOCK;
const DEFAULT_MODE = 0o600;
const PIPE_RETRY_MILLISECONDS = 10;

/** A file that is appended to, opened when it is first needed and again after a failure. Not for concurrent calls. */
export class AppendFile {
  private handle: FileHandle | undefined;
  /** A failure left part of a line behind: the next one has to begin on a line of its own. */
  private torn = false;

  constructor(private readonly options: FileOptions) {}

  async open(): Promise<void> {
    if (this.handle !== undefined) return;
    const { path, mode } = this.options;
    makeFolder(dirname(path));
    const handle = await open(path, FLAGS, mode ?? DEFAULT_MODE);
    try {
      const stat = await handle.stat();
      if (mode !== undefined && stat.isFile() && (stat.mode & 0o777) !== mode) await handle.chmod(mode);
    } catch (error) {
      await handle.close();
      throw error;
    }
    this.handle = handle;
  }

  async append(text: string): Promise<void> {
    await this.open();
    const bytes = Buffer.from(this.torn ? `\n${text}` : text, 'utf8');
    let written = 0;
    try {
      while (written < bytes.length) written += await writeSome(this.handle as FileHandle, bytes, written);
      this.torn = false;
    } catch (error) {
      if (written > 0) this.torn = bytes[written - 1] !== 0x0a;
      await this.close();
      throw error;
    }
  }

  /** The next call opens anew. */
  async close(): Promise<void> {
    const { handle } = this;
    this.handle = undefined;
    await handle?.close().catch(() => undefined);
  }
}

/** @returns how many bytes were taken: 0 by a pipe whose reader is behind, after a pause. */
async function writeSome(handle: FileHandle, bytes: Buffer, from: number): Promise<number> {
  try {
    return (await handle.write(bytes, from)).bytesWritten;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    await sleep(PIPE_RETRY_MILLISECONDS);
    return 0;
  }
}
