import type { Command } from '../command';
import { kafkaStart, kafkaStatus, kafkaStop } from './kafka.commands';
import { list } from './list.command';
import { login } from './login.command';
import { operatorInit } from './operator-init.command';
import { operatorSeal, operatorUnseal } from './operator-unseal.command';
import { read } from './read.command';
import { replicationStatus } from './replication-status.command';
import { status } from './status.command';
import { remove, write } from './write.command';

/** Every command but `server`, which is the other program behind `bin/tidelock`. */
export const COMMANDS: readonly Command[] = [
  read,
  write,
  list,
  remove,
  login,
  status,
  operatorInit,
  operatorUnseal,
  operatorSeal,
  replicationStatus,
  kafkaStart,
  kafkaStop,
  kafkaStatus,
];
