import type { Commands } from '../call/command';

const read = (): typeof import('./read.command') => require('./read.command');
const write = (): typeof import('./write.command') => require('./write.command');
const list = (): typeof import('./list.command') => require('./list.command');
const login = (): typeof import('./login.command') => require('./login.command');
const status = (): typeof import('./status.command') => require('./status.command');
const init = (): typeof import('./operator-init.command') => require('./operator-init.command');
const unseal = (): typeof import('./operator-unseal.command') => require('./operator-unseal.command');
const replication = (): typeof import('./replication-status.command') => require('./replication-status.command');
const kafka = (): typeof import('./kafka.commands') => require('./kafka.commands');

/** Every command but `server`, which is the other program behind `bin/tidelock`. A use loads the file of its own command alone. */
export const COMMANDS: Commands = {
  read: () => read().read,
  write: () => write().write,
  list: () => list().list,
  delete: () => write().remove,
  login: () => login().login,
  status: () => status().status,
  'operator init': () => init().operatorInit,
  'operator unseal': () => unseal().operatorUnseal,
  'operator seal': () => unseal().operatorSeal,
  'replication status': () => replication().replicationStatus,
  'kafka start': () => kafka().kafkaStart,
  'kafka stop': () => kafka().kafkaStop,
  'kafka status': () => kafka().kafkaStatus,
};
