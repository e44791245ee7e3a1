import type { UnitOfWork } from '@tidelock/store';

/** Makes root tokens: the tokens room, as the seal sees it. */
export abstract class RootTokenIssuer {
  /**
   * @param clientToken the token itself, where the operator chose it (development mode).
   * @returns the client token, 28 characters unless chosen.
   */
  abstract createRootToken(unit: UnitOfWork, clientToken?: string): Promise<string>;
  /** Drops what memory holds of the tokens: an initialisation may have failed, and leaves the cluster sealed. */
  abstract forget(): void;
}
