'use strict';
/*
 * npm start [-- --once] [--primary-port=N] [--secondary-port=N]: a replication set on this machine, over a real Kafka.
 * Any step that fails ends everything with exit code 1 and says why.
 */
const { prepare } = require('./bootstrap');

prepare();
require('../dist/apps/cli/apps/cli/src/demo/main.js');
