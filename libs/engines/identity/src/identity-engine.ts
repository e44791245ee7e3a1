import { Engine } from '@tidelock/engine-api';

/** Holds the place of `identity/`, which every mount table shows. Entities and groups are not part of this version. */
@Engine({ kind: 'secret', type: 'identity', singleton: true, help: 'Entities and groups; not part of this version.' })
export class IdentityEngine {}
