import type { AuditDevice, AuditDeviceType } from '@tidelock/engine-api';
import { badRequest, reasonOf } from '@tidelock/kernel';
import { AppendFile } from './append-file';
import { Batching } from './batching';
import { fileOptionsOf } from './file-options';

/** Lines in a file (Vault "File audit device"); `stdout` and `discard` are no files. */
export const fileDeviceType: AuditDeviceType = {
  async open(options) {
    const fileOptions = fileOptionsOf(options);
    const name = fileOptions.path.toLowerCase();
    if (name === 'discard') return DISCARD;
    if (name === 'stdout') return streamDevice(process.stdout);
    const file = new AppendFile(fileOptions);
    try {
      await file.open();
    } catch (error) {
      throw badRequest(
        `sanity check failed; unable to open ${JSON.stringify(fileOptions.path)} for writing: ${reasonOf(error)}`,
      );
    }
    return fileDevice(file);
  },
};

function fileDevice(file: AppendFile): AuditDevice {
  const batching = new Batching((text) => file.append(text));
  return {
    write: (line) => batching.write(`${line}\n`),
    reopen: () =>
      batching.exclusively(async () => {
        await file.close();
        await file.open();
      }),
    close: () => batching.exclusively(() => file.close()),
  };
}

const DISCARD: AuditDevice = { async write() {}, async reopen() {}, async close() {} };

/** A stream that is not ours to close. */
export function streamDevice(stream: Pick<NodeJS.WritableStream, 'write'>): AuditDevice {
  const append = (text: string): Promise<void> =>
    new Promise((resolve, reject) => stream.write(text, (error?: Error | null) => (error ? reject(error) : resolve())));
  const batching = new Batching(append);
  return {
    write: (line) => batching.write(`${line}\n`),
    async reopen() {},
    close: () => batching.exclusively(async () => undefined),
  };
}
