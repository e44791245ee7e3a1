import type { Reigns } from '../apply/coverage';
import { ReignSigner } from '../domain/reign-signer';
import { newSigningKey } from '../domain/signing-key';

/** A reign of a new member, or of one whose key is given. */
export const newSigner = (epoch = 1, member = newSigningKey()): ReignSigner =>
  new ReignSigner({ member, reign: newSigningKey() }, epoch);

/** What a replica knows that was told of these reigns, whose members are all it knows. */
export class KnownReigns implements Reigns {
  readonly keys = new Map<number, Buffer>();
  readonly members = new Set<string>();

  constructor(...signers: readonly ReignSigner[]) {
    for (const { epoch, reignKey, memberKey } of signers) {
      this.keys.set(epoch, reignKey);
      this.members.add(memberKey.toString('base64'));
    }
  }

  of(epoch: number): Buffer | undefined {
    return this.keys.get(epoch);
  }

  async mayBegin(memberKey: Buffer): Promise<boolean> {
    return this.members.has(memberKey.toString('base64'));
  }

  async begin(epoch: number, reignKey: Buffer): Promise<void> {
    this.keys.set(epoch, reignKey);
  }
}
