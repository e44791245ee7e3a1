import type { World } from '../world/world';
import { brokerFaults } from './broker-faults';
import type { Fault } from './fault';
import { liarFaults } from './liar-faults';
import { linkFaults } from './link-faults';
import { processFaults } from './process-faults';
import { roleFaults } from './role-faults';

export const allFaults = (world: World, round: number): Fault[] => [
  ...brokerFaults(world),
  ...processFaults(world),
  ...linkFaults(world),
  ...roleFaults(world),
  ...liarFaults(world, round),
];
