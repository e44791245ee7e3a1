import type { Kind } from './kinds';

/** What the change does, besides what its button says. */
export interface Circumstances {
  readonly local: boolean;
  /** Role of this cluster in its replication set; absent: it is in none. */
  readonly role: 'primary' | 'secondary' | undefined;
}

export const whatIsLost: Readonly<Record<Kind, (path: string) => readonly string[]>> = {
  secret: (path) => [
    `All data in it is lost: whatever is kept below ${path}, with every version. Nothing brings it back.`,
    'What it has leased is revoked.',
  ],
  auth: (path) => [
    `Nobody signs in at ${path} any more. Its users and settings are lost, and nothing brings them back.`,
    'Every token that it made is revoked: also yours, if you signed in by it.',
  ],
};

export const whatMoves: Readonly<Record<Kind, readonly string[]>> = {
  secret: ['Its data is found under the new path alone.', 'What it has leased is revoked.'],
  auth: [
    'People sign in at the new path alone.',
    'Every token that it made is revoked: also yours, if you signed in by it.',
  ],
};

/** Of anybody who names the path. */
export const STALE_NAMES =
  'Policies and applications that name the old path mean nothing by it any more: change them, too.';

/** It is the server's setting, and no answer tells of it. */
const FORWARDS = 'A secondary without forward_mounts refuses this: then it is to be done on the primary.';

/** Who does it, and where it counts. */
export function whereItCounts({ local, role }: Circumstances): string | undefined {
  if (role === undefined) return undefined;
  if (local) return 'It is local: no other cluster takes part.';
  return role === 'primary'
    ? 'It is replicated: this counts on every cluster of the set.'
    : `It is replicated: the primary does it, for every cluster of the set, and it shows here once it has come over. ${FORWARDS}`;
}

/** Of what a mount keeps by itself: a secondary sends it on like any other write. */
export function whereItIsKept({ local, role }: Circumstances): string | undefined {
  return role === 'secondary' && !local
    ? 'It is replicated: this goes to the primary, and shows here once it has come over.'
    : whereItCounts({ local, role });
}

export const FILTERS_FORGET =
  'A paths filter that names the old path forgets it: a secondary from which it was hidden may be sent it.';

export const whereItIs = (local: boolean): string =>
  local
    ? 'local: it stays in this cluster, and is never replicated'
    : 'replicated: on each cluster of the set from which no paths filter hides it';

/** Before a mount is made. */
export function whereItWillBe({ local, role }: Circumstances): string {
  if (local) return 'It stays in this cluster, and is never replicated. This cannot be changed later.';
  if (role === 'secondary')
    return `It is made on the primary, and appears here once it has come over, unless a paths filter hides it. ${FORWARDS}`;
  return role === 'primary'
    ? 'Every cluster of the set has it, unless a paths filter hides it there. This cannot be changed later.'
    : 'It is replicated as soon as this cluster is part of a set. This cannot be changed later.';
}

export const enabledText = (path: string, { local, role }: Circumstances): string =>
  role === 'secondary' && !local
    ? `${path} was created on the primary, and appears here after sync.`
    : `${path} is enabled.`;
