import type { IdentityRoom } from '@tidelock/core/pipeline';
import type { EntityView, Subject } from '@tidelock/engine-api';

/** Identity while there is no engine for it: nobody has an entity, so a token's policies are all that it has. */
export class NoEntities implements IdentityRoom {
  async subjectOf({ policies }: Subject): Promise<Subject> {
    return { policies };
  }

  async entityOf(): Promise<EntityView | undefined> {
    return undefined;
  }
}
