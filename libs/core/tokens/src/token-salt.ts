import { hash, randomBytes } from 'node:crypto';
import type { LocalReader, LocalStore } from '@tidelock/store';

const SALT_KEY = 'token/salt';
const SALT_BYTES = 32;

/**
 * Turns tokens into the ids under which they are stored. The salt is this cluster's own and lies sealed in its local
 * store, so that neither a stolen database nor another cluster can tell which token an id belongs to.
 */
export class TokenSalt {
  /** What a first token writes: the same for all units, so that the loser of a race agrees with the winner. */
  private readonly candidate = randomBytes(SALT_BYTES);
  private known: Buffer | undefined;

  /** @returns the token's id, or `undefined` while no token was ever made here. */
  async idOf(local: LocalReader, clientToken: string): Promise<string | undefined> {
    this.known ??= (await local.row('record', SALT_KEY))?.value;
    return this.known && digest(this.known, clientToken);
  }

  /** As `idOf`, in a unit of work that is about to store the token: makes the salt when there is none. */
  async newIdOf(local: LocalStore, clientToken: string): Promise<string> {
    // Read anew each time: after a wipe the salt that memory still knows is no longer the store's.
    const stored = (await local.row('record', SALT_KEY))?.value;
    if (stored === undefined) local.put('record', { key: SALT_KEY, value: this.candidate });
    return digest(stored ?? this.candidate, clientToken);
  }

  forget(): void {
    this.known = undefined;
  }
}

const digest = (salt: Buffer, clientToken: string): string =>
  hash('sha256', Buffer.concat([salt, Buffer.from(clientToken, 'utf8')]), 'hex');
