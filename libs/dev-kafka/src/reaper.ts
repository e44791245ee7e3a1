import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Sees to it that process `pid` does not outlive this one, however this one ends (SIGKILL included): a shell waits for
 * the pipe from here to close, then kills it and removes `folder`.
 */
export class Reaper {
  private readonly shell: ChildProcess;
  private readonly onExit: () => void;

  constructor(pid: number, folder?: string) {
    const script = `cat >/dev/null; kill -9 ${pid}; if [ -n "$1" ]; then sleep 1; rm -rf -- "$1"; fi`;
    // Its own group: a Ctrl-C must not end it before us.
    this.shell = spawn('/bin/sh', ['-c', script, 'sh', folder ?? ''], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    this.shell.on('error', () => {});
    this.shell.unref();
    (this.shell.stdin as unknown as { unref?: () => void }).unref?.();
    this.onExit = () => signal(pid, 'SIGKILL');
    process.once('exit', this.onExit);
  }

  /** The process has ended: its number may be another's soon. */
  dismiss(): void {
    process.removeListener('exit', this.onExit);
    if (this.shell.pid !== undefined) signal(-this.shell.pid, 'SIGKILL');
  }
}

/** Sends a signal to a process that may be gone. @returns whether it was there. */
export function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
