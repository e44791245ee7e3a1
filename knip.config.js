const production = process.argv.includes('--production');

/**
 * What nobody uses. `npm run lint` asks twice: of everything, and with `--production` (and a `!` below) of what runs for users,
 * where what only specs keep alive is dead.
 */
module.exports = {
  entry: [
    'apps/{server,cli}/src/main.ts!',
    // `npm start` and the tutorial of docker-compose.yml.
    'apps/cli/src/demo/{main,tutorial}.ts!',
    // The contract is for engines that are still to be written, too.
    'libs/engine-api/src/index.ts!',
    // Loaded late (CONTRIBUTING.md): knip does not follow a call to what it gives.
    'apps/cli/src/{output/failure,commands/*}.ts!',
    'libs/store/src/adapters/postgres-database.ts!',
    // A broker for the command line, and for tests.
    'libs/dev-kafka/src/index.ts!',
    '{apps,libs}/**/*.spec.ts',
    'test/**/*.{spec,e2e-spec,scenario}.ts',
    '{bench,tools,test}/**/*.js',
    '{bench,test/chaos,test/ui/screenshots}/run.ts',
    'apps/ui/src/main.tsx!',
    'apps/ui/{vite.config.mts,public/theme.js}',
    // A server with the engines of the tests.
    'test/engines/main.ts',
  ],
  project: [
    '{apps,libs}/**/*.{ts,tsx}!',
    '{bench,test,tools}/**/*.{ts,js}',
    '!**/*.{spec,testing}.ts!',
    '!libs/{engine-testing,*/contract,**/testing}/**!',
    // The broker of specs.
    '!libs/stream/src/adapters/memory/**!',
  ],
  // A spec may try a part of a file that is alive.
  ignoreExportsUsedInFile: production,
  // Programs of the system.
  ignoreBinaries: ['mvn', 'mount', 'umount', 'taskset'],
  // The schematics come with @nestjs/cli.
  // The fonts are taken by a style sheet.
  ignoreDependencies: ['@nestjs/schematics', '@fontsource-variable/*'],
};
