import type { TcpProxy } from '../../harness/tcp-proxy';
import type { World } from '../world/world';
import { type Fault, NOTHING_TO_HEAL } from './fault';

const toBroker = (name: string): string => `${name} to broker`;
const portOf = (name: string): string => `cluster port of ${name}`;

export function linkFaults(world: World): Fault[] {
  const links = new Map<string, TcpProxy>();
  for (const { name, brokerLink, clusterLink } of world.members) {
    links.set(toBroker(name), brokerLink);
    links.set(portOf(name), clusterLink);
  }
  const link = (target: string): TcpProxy => links.get(target) as TcpProxy;
  // Nobody calls a secondary's cluster port. The primary's is one link, but all secondaries' only one.
  const targets = (): string[] => [
    ...world.members.map(({ name }) => toBroker(name)),
    ...Array<string>(3).fill(portOf(world.primary.name)),
  ];
  const any = {
    targets,
    parts: (target: string) => [`link ${target}`],
    heal: async (target: string) => link(target).heal(),
  };
  return [
    { ...any, name: 'link: pause', weight: 4, seconds: [1, 15], inject: async (target) => link(target).pause() },
    {
      ...any,
      name: 'link: cut',
      weight: 3,
      seconds: [0, 0],
      inject: async (target) => link(target).cut(),
      heal: NOTHING_TO_HEAL,
    },
    { ...any, name: 'link: refuse', weight: 3, seconds: [1, 10], inject: async (target) => link(target).refuse() },
    { ...any, name: 'link: delay', weight: 2, seconds: [2, 15], inject: async (target) => link(target).delay(150) },
  ];
}
