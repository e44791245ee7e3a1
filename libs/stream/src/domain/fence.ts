import { randomBytes } from 'node:crypto';
import type { StreamPosition } from '@tidelock/store';
import { sealMessage } from './envelope';
import type { ReignSigner } from './reign-signer';
import type { StreamKeyring } from './stream-key';

export interface Fence {
  /** 16 random bytes: how the cluster that wrote it knows its own fence. */
  readonly nonce: Buffer;
  readonly message: Buffer;
}

/**
 * The first message of a promotion. From where it stands in the topic on, the broker takes nothing more of the old primary, so the
 * cluster to be promoted has everything once it has read up to here.
 *
 * @param at    where that cluster stands in the stream.
 * @param signer of the reign that it is about to begin.
 */
export function newFence(
  set: string,
  at: Pick<StreamPosition, 'index' | 'digest'>,
  { signer, keys, now }: { signer: ReignSigner; keys: StreamKeyring; now: number },
): Fence {
  const nonce = randomBytes(16);
  const header = {
    kind: 'fence',
    set,
    epoch: signer.epoch,
    index: at.index,
    prev: at.index,
    prevDigest: at.digest,
    time: now,
  } as const;
  return {
    nonce,
    message: sealMessage(header, nonce, keys.sealing(at.index), () => ({ introduction: signer.introduce(header) }))
      .bytes,
  };
}
