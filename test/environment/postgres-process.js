'use strict';
/* A PostgreSQL for one test alone: tells its address, and does what messages say: `halt`, `resume`, `stop`. */
require('../../tools/register-swc');
const { startPostgres } = require('./postgres');

startPostgres().then(
  (server) => {
    process.on('disconnect', () => void server.stop().finally(() => process.exit(0)));
    process.on(
      'message',
      (order) =>
        void server[order]().then(
          () => process.send('done'),
          (error) => process.send(String(error)),
        ),
    );
    process.send(server.url);
  },
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
