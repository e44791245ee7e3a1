import type { SealConfig } from '@tidelock/seals/shamir';
import { TidelockError } from '@tidelock/kernel';
import { type ReplicatedReader, type ReplicatedWriter, SEAL_CONFIG } from '@tidelock/store';

/** The seal configuration; `undefined` before initialisation. Needs no keyring. @throws {TidelockError} CORRUPT_RECORD. */
export async function readSealConfig(from: Pick<ReplicatedReader, 'getSealed'>): Promise<SealConfig | undefined> {
  const bytes = await from.getSealed(SEAL_CONFIG);
  if (bytes === undefined) return undefined;
  try {
    return JSON.parse(bytes.toString('utf8')) as SealConfig;
  } catch (cause) {
    throw new TidelockError('CORRUPT_RECORD', { cause });
  }
}

/** @throws {TidelockError} NOT_INITIALIZED. */
export async function requireSealConfig(from: Pick<ReplicatedReader, 'getSealed'>): Promise<SealConfig> {
  const config = await readSealConfig(from);
  if (config === undefined) throw new TidelockError('NOT_INITIALIZED');
  return config;
}

export function writeSealConfig(to: Pick<ReplicatedWriter, 'putSealed'>, config: SealConfig): void {
  to.putSealed(SEAL_CONFIG, Buffer.from(JSON.stringify(config), 'utf8'));
}
