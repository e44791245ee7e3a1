import type { QuarantinedMutation, SecondaryStatus } from '@tidelock/api-answers';

/** As they are listed, whatever the API answers. */
export function quarantinedIn(answer: unknown): QuarantinedMutation[] {
  const { mutations } = (answer ?? {}) as { mutations?: unknown };
  return (Array.isArray(mutations) ? (mutations as unknown[]) : []).map((one) => {
    const { index, epoch, time, path, request_id } = (one ?? {}) as Partial<Record<keyof QuarantinedMutation, unknown>>;
    return {
      index: Number(index),
      epoch: Number(epoch),
      time: String(time ?? ''),
      path: String(path ?? ''),
      request_id: String(request_id ?? ''),
    };
  });
}

/** Why they are there. @param fenced of the cluster, while it follows nobody. */
export function reasonFor(
  mutations: readonly QuarantinedMutation[],
  fenced: Pick<NonNullable<SecondaryStatus['fenced']>, 'epoch' | 'by_epoch'> | undefined,
): string {
  const epochs = [...new Set(mutations.map(({ epoch }) => epoch))].sort((a, b) => a - b);
  const ended = fenced
    ? `This cluster was fenced: its epoch ${fenced.epoch} ended as epoch ${fenced.by_epoch} began on another cluster.`
    : `This cluster was the primary in epoch ${epochs.join(', ')}, which ended as another cluster was promoted.`;
  return `${ended} What it had acknowledged and the set had not got is kept aside here: nothing is merged by itself, nothing thrown away.`;
}

/** `1 mutation`, `3 mutations`. */
export const mutationsOf = (count: number): string => `${count.toLocaleString('en')} mutation${count === 1 ? '' : 's'}`;
