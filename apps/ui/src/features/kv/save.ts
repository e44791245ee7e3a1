import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ApiError } from '../../api/errors';
import { type Envelope, send } from '../../api/send';
import { useToken } from '../../session/useToken';
import { flashWarnings } from '../../ui/flashes';
import type { Base } from './base';
import { type KvMount, writeSecret } from './calls';
import { isSame } from './draft';
import type { SecretData } from '../../api/exact-json';
import { fetchSecret } from './secret';

/** Somebody has written meanwhile. */
export class Conflict extends Error {
  constructor() {
    super('Somebody else has saved this secret meanwhile.');
  }
}

/** What is there may not be read: only whoever saves can say whether it is to be replaced. */
export class Unseen extends Error {
  constructor() {
    super('You may not read what is there now.');
  }
}

interface SaveOrder {
  readonly name: string;
  readonly data: SecretData;
  readonly base: Base;
}

/** Saves over what the edit began with, and over nothing else. */
export function useSave(mount: KvMount, onDone: (name: string) => void) {
  const token = useToken();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ name, data, base }: SaveOrder) => {
      if (mount.version === 1 && base.version !== undefined) await compare(mount, name, base, token);
      return send<Envelope<unknown> | undefined>(writeSecret(mount, name, data, base.version), { token }).catch(known);
    },
    gcTime: 0,
    onSuccess: async (answer, { name }) => {
      flashWarnings(answer?.warnings);
      await queries.invalidateQueries();
      onDone(name);
    },
  });
}

function known(error: unknown): never {
  throw error instanceof ApiError && /did not match the current version/.test(error.message) ? new Conflict() : error;
}

/** An engine without versions cannot compare by itself: it is looked at just before. */
async function compare(
  mount: KvMount,
  name: string,
  { data, version }: Base,
  token: string | undefined,
): Promise<void> {
  const now = await fetchSecret(mount, name, undefined, { token }).catch((error: unknown) => {
    if (error instanceof ApiError && error.status === 404) return undefined;
    if (error instanceof ApiError && error.status === 403) throw new Unseen();
    throw error;
  });
  const was = version === 0 ? undefined : data;
  const isUnchanged = now?.data === undefined || was === undefined ? now?.data === was : isSame(now.data, was);
  if (!isUnchanged) throw new Conflict();
}
