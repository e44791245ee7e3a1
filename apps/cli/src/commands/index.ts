import type { Command } from './command';
import { kafkaStart, kafkaStatus, kafkaStop } from './kafka.commands';
import { login } from './login.command';
import { init, seal, status, unseal } from './operator.commands';
import { replicationStatus } from './replication.command';
import { list, read, remove, write } from './secrets.commands';

/** Every subcommand but `server`, which is the other program behind `bin/tidelock`. */
export const COMMANDS: readonly Command[] = [
  read, write, list, remove, login, status, init, unseal, seal, replicationStatus, kafkaStart, kafkaStop, kafkaStatus,
];
