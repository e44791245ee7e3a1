import { setImmediate as publishersTurn } from 'node:timers/promises';
import { TidelockError } from '@tidelock/kernel';
import { CallBody } from '../cluster-port/call-body';
import type { ClusterCall } from '../cluster-port/cluster-server';
import type { Filtering } from '../filter/filtering';
import type { HostCall, ReplicationHost } from '../ports/host';

/** The calls that the rooms above answer, as the cluster port takes them. Its gate lets members alone come to them, and puts them on record. */
export function hostCalls(
  { calls }: Pick<ReplicationHost, 'calls'>,
  filtering: Pick<Filtering, 'forwarderOf'>,
): Record<string, ClusterCall> {
  return Object.fromEntries(Object.entries(calls).map(([name, call]) => [name, clusterCallOf(name, call, filtering)]));
}

function clusterCallOf(
  name: string,
  { level, answer }: HostCall,
  filtering: Pick<Filtering, 'forwarderOf'>,
): ClusterCall {
  return async (sent: unknown, { secondaryId, timely }) => {
    const by = await filtering.forwarderOf(secondaryId);
    if (level === 'all' && by.level !== 'all') {
      const text = `permission denied: ${JSON.stringify(name)} is not for secondary ${JSON.stringify(secondaryId)}, whose forwarding level is "${by.level}": the primary sets it, with the secondary's token or its paths filter`;
      throw new TidelockError('PERMISSION_DENIED', text);
    }
    const told = await answer(new CallBody(`a body of ${name}`, sent), by, timely);
    // Whoever waits for what was written waits for the message, not for the answer.
    await publishersTurn();
    return told;
  };
}
