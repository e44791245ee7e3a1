import { TidelockError } from '@tidelock/kernel';

/** Another commit changed what a unit of work had read. */
export class WriteConflict extends TidelockError {
  /** @param changed the record's key, or table and id of the row; absent where that is no longer known. Not for clients. */
  constructor(readonly changed?: string) {
    super('WRITE_CONFLICT');
  }
}
