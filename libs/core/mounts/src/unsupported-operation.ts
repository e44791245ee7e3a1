import type { PathDeclaration } from '@tidelock/engine-api';
import { TidelockError } from '@tidelock/kernel';

/** 405: the path is there, but not with this verb. Endpoints without an envelope refuse without a text. */
export class UnsupportedOperation extends TidelockError {
  /** Nothing of the path needs a token, so everybody may know that it is there. */
  readonly open: boolean;

  constructor(declared: readonly PathDeclaration[]) {
    super('UNSUPPORTED_OPERATION', declared.every(({ bare }) => bare) ? { errors: [] } : { multi: true });
    this.open = declared.every(({ unauthenticated, login }) => unauthenticated || login);
  }
}
