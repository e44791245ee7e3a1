import type { World } from '../world/world';
import type { Fault } from './fault';

/** Registers of a round that are lied about. */
const SLOTS = 5;

/** A cluster that was revoked makes itself primary, over the stream of the real one, and writes. */
export function liarFaults({ outcast }: World, round: number): Fault[] {
  return [
    {
      name: 'liar: promotes itself',
      weight: 3,
      targets: () => ['outcast'],
      parts: () => ['outcast'],
      seconds: [2, 15],
      inject: () => outcast.lie(round, SLOTS),
      heal: () => outcast.silence(),
    },
  ];
}
