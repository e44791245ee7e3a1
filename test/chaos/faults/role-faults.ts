import { setTimeout as sleep } from 'node:timers/promises';
import type { Member } from '../world/member';
import type { World } from '../world/world';
import { type Fault, NOTHING_TO_HEAL } from './fault';
import { appliedBy, demote, follow, promote, untilFenced } from './role-calls';

/** How long two primaries take writes side by side, ms. */
const SPLIT_MS = 3000;

/** Changes of the primary under load. Faults of broker and links go on meanwhile: each step is tried until it is done. */
export function roleFaults(world: World): Fault[] {
  const everybody = world.members.map(({ name }) => `process ${name}`);
  const links = world.members.flatMap(({ name }) => [`link ${name} to broker`, `link cluster port of ${name}`]);
  const any = {
    seconds: [0, 0] as const,
    waits: true,
    targets: () => world.members.map(({ name }) => name),
    heal: NOTHING_TO_HEAL,
  };
  return [
    {
      ...any,
      name: 'roles: planned switch',
      weight: 1,
      parts: () => everybody,
      inject: (name) => plannedSwitch(world, successor(world, name)),
    },
    {
      ...any,
      name: 'roles: promotion, primary frozen',
      weight: 0.7,
      parts: () => everybody,
      inject: (name) =>
        forcedPromotion(world, successor(world, name), {
          lose: ({ cluster }) => cluster.server.signal('SIGSTOP'),
          find: ({ cluster }) => cluster.server.signal('SIGCONT'),
        }),
    },
    {
      ...any,
      name: 'roles: promotion, primary cut off',
      weight: 0.7,
      parts: () => [...everybody, ...links],
      inject: (name) =>
        forcedPromotion(world, successor(world, name), {
          lose: ({ brokerLink, clusterLink }) => [brokerLink, clusterLink].forEach((link) => link.refuse()),
          find: ({ brokerLink, clusterLink }) => [brokerLink, clusterLink].forEach((link) => link.heal()),
        }),
    },
  ];
}

/** The one drawn, unless that is the primary already. */
const successor = (world: World, name: string): Member =>
  name === world.primary.name ? (world.secondaries[0] as Member) : world.member(name);

async function plannedSwitch(world: World, next: Member): Promise<void> {
  const former = world.primary;
  await world.changeRoles(async () => {
    await demote(former);
    await promote(next, false);
    world.primary = next;
    for (const member of world.secondaries) await follow(member, next);
  });
}

/** How the primary gets out of reach, and back. */
interface Absence {
  lose(primary: Member): void;
  find(primary: Member): void;
}

/** The lost primary comes back in the end, learns that it is none any more, and joins its successor. */
async function forcedPromotion(world: World, next: Member, { lose, find }: Absence): Promise<void> {
  const former = world.primary;
  const others = world.secondaries.filter((member) => member !== next);
  await world.changeRoles(async () => {
    lose(former);
    try {
      world.forkedAt = Math.min(world.forkedAt, await appliedBy(next));
      await promote(next, true);
      world.primary = next;
      await sleep(SPLIT_MS);
      for (const member of others) await follow(member, next);
    } finally {
      find(former);
    }
    await untilFenced(former);
    await follow(former, next);
  });
}
