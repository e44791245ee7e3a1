import type { World } from '../world/world';
import { type Fault, NOTHING_TO_HEAL } from './fault';

export function processFaults(world: World): Fault[] {
  const cluster = (name: string) => world.member(name).cluster;
  const process = {
    targets: () => world.members.map(({ name }) => name),
    parts: (target: string) => [`process ${target}`],
  };
  return [
    {
      ...process,
      name: 'cluster: kill, start',
      weight: 4,
      seconds: [0, 8],
      inject: (name) => cluster(name).server.kill(),
      heal: (name) => cluster(name).restart(),
    },
    {
      ...process,
      name: 'cluster: restart in good order',
      weight: 2,
      seconds: [0, 0],
      async inject(name) {
        await cluster(name).server.stop();
        await cluster(name).restart();
      },
      heal: NOTHING_TO_HEAL,
    },
    {
      ...process,
      name: 'cluster: freeze',
      weight: 4,
      seconds: [1, 12],
      inject: async (name) => cluster(name).server.signal('SIGSTOP'),
      heal: async (name) => cluster(name).server.signal('SIGCONT'),
    },
    {
      ...process,
      name: 'cluster: seal, unseal',
      weight: 2,
      seconds: [0, 5],
      inject: (name) => cluster(name).root.must('POST', 'sys/seal'),
      heal: (name) => cluster(name).unseal(),
    },
  ];
}
