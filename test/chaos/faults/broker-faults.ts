import type { World } from '../world/world';
import type { Fault } from './fault';

export function brokerFaults({ kafka }: World): Fault[] {
  const broker = { targets: () => ['broker'], parts: () => ['broker'] };
  return [
    {
      ...broker,
      name: 'broker: kill, start',
      weight: 3,
      seconds: [1, 10],
      inject: () => kafka.kill(),
      heal: () => kafka.restart(),
    },
    {
      ...broker,
      name: 'broker: restart in good order',
      weight: 1,
      seconds: [0, 0],
      inject: () => kafka.restart(),
      heal: async () => {},
    },
    {
      ...broker,
      name: 'broker: freeze',
      weight: 3,
      seconds: [1, 15],
      inject: async () => kafka.pause(),
      heal: async () => kafka.resume(),
    },
  ];
}
