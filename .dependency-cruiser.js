const LIB = '^(libs/(?:(?:engines|auth|audit|seals|core)/)?[^/]+)/';

const SPECS = '\\.(spec|testing)\\.ts$';

/** Free ports and a broker for tests; only the command line begins one for users. */
const FOR_TESTS = '^libs/dev-kafka/';

/** The rooms of the core, from the bottom: each may know those on lower layers. */
const LAYERS = [
  ['runtime', 'scope'],
  ['outside'],
  ['audit', 'cors', 'lockout', 'mounts', 'policies', 'seal'],
  ['tokens'],
  ['leases', 'wrapping'],
  ['pipeline'],
  ['identity', 'replica'],
  ['service'],
];
const roomsFrom = (layer) => LAYERS.slice(layer).flat().join('|');

/** The import rules of ARCHITECTURE.md, "Rooms". Each says why. */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'A cycle has no bottom to start reading from, one of types alone neither.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'libs-never-import-apps',
      comment: 'A library serves every application.',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'enter-a-lib-by-its-index',
      comment: 'What is not exported is free to change.',
      severity: 'error',
      from: { path: LIB },
      to: { path: '^libs/.+/src/.+', pathNot: ['^$1/', '/src/index\\.ts$'] },
    },
    {
      name: 'apps-enter-a-lib-by-its-index',
      comment: 'What is not exported is free to change.',
      severity: 'error',
      from: { path: '^(apps|test|bench|tools)/' },
      to: { path: '^libs/.+/src/.+', pathNot: ['/src/index\\.ts$'] },
    },
    {
      name: 'engines-see-the-engine-api-only',
      comment: 'An engine is written against the contract, not the core.',
      severity: 'error',
      from: { path: '^libs/(engines|auth|audit)/([^/]+)/', pathNot: '\\.(spec|testing)\\.ts$' },
      to: { path: '^libs/', pathNot: ['^libs/$1/$2/', '^libs/(engine-api|kernel)/'] },
    },
    {
      name: 'seals-see-the-barrier',
      comment: 'A seal keeps a root key; what that opens is not its matter.',
      severity: 'error',
      from: { path: '^libs/seals/([^/]+)/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^libs/', pathNot: ['^libs/seals/$1/', '^libs/(barrier|kernel)/'] },
    },
    {
      name: 'kernel-knows-nobody',
      comment: 'The lowest layer.',
      severity: 'error',
      from: { path: '^libs/kernel/' },
      to: { path: '^libs/', pathNot: '^libs/kernel/' },
    },
    {
      name: 'api-answers-know-nobody',
      comment: 'Shapes alone: what reads them loads nothing with them.',
      severity: 'error',
      from: { path: '^libs/api-answers/' },
      to: { path: '^(apps|libs)/', pathNot: '^libs/api-answers/' },
    },
    {
      name: 'engine-api-knows-the-kernel',
      comment: 'The contract has no implementation.',
      severity: 'error',
      from: { path: '^libs/engine-api/' },
      to: { path: '^libs/', pathNot: '^libs/(kernel|engine-api)/' },
    },
    {
      name: 'hcl-client-and-broker-know-the-kernel',
      comment: 'A language, a client and a broker serve programs that have no server in them.',
      severity: 'error',
      from: { path: '^libs/(hcl|client|dev-kafka)/' },
      to: { path: '^libs/', pathNot: '^libs/(kernel|$1)/' },
    },
    {
      name: 'engine-testing-knows-the-engine-api',
      comment: 'What specs of engines are given is what an engine may know.',
      severity: 'error',
      from: { path: '^libs/engine-testing/' },
      to: { path: '^libs/', pathNot: '^libs/(kernel|engine-api|engine-testing)/' },
    },
    {
      name: 'ui-knows-the-api',
      comment:
        'A page in a browser has nothing of the server but the shapes of its answers, and the language of policies.',
      severity: 'error',
      from: { path: '^apps/ui/' },
      to: { path: '^(apps|libs)/', pathNot: '^(apps/ui|libs/(api-answers|hcl))/' },
    },
    {
      name: 'ui-features-stand-apart',
      comment: 'What two pages share is below them.',
      severity: 'error',
      from: { path: '^apps/ui/src/features/([^/]+)/' },
      to: { path: '^apps/ui/src/(features|shell)/', pathNot: '^apps/ui/src/features/$1/' },
    },
    {
      name: 'cli-knows-the-client',
      comment: 'The command asks a server over HTTP, and loads none of it.',
      severity: 'error',
      from: { path: '^apps/cli/' },
      to: { path: '^(apps|libs)/', pathNot: '^(apps/cli|libs/(client|dev-kafka|kernel))/' },
    },
    {
      name: 'barrier-knows-the-kernel',
      severity: 'error',
      comment: 'Encryption depends on nothing it protects.',
      from: { path: '^libs/barrier/' },
      to: { path: '^libs/', pathNot: '^libs/(kernel|barrier)/' },
    },
    {
      name: 'store-knows-the-barrier',
      severity: 'error',
      comment: 'Storage is below replication and the core.',
      from: { path: '^libs/store/' },
      to: { path: '^libs/', pathNot: '^libs/(kernel|barrier|store)/' },
    },
    {
      name: 'stream-knows-the-store',
      severity: 'error',
      comment:
        'A stream carries mutations from one store to another. Who is primary, and whose stream it is, is told to it.',
      from: { path: '^libs/stream/' },
      to: { path: '^libs/', pathNot: '^libs/(kernel|barrier|store|stream|core/runtime)/' },
    },
    {
      name: 'replication-knows-the-stream',
      severity: 'error',
      comment: "Replication moves records, over any broker; what they mean is the core's.",
      from: { path: '^libs/replication/' },
      to: {
        path: '^libs/',
        pathNot: [
          '^libs/(kernel|barrier|store|replication|api-answers|core/runtime)/',
          '^libs/stream/(?!kafka/)',
          FOR_TESTS,
        ],
      },
    },
    {
      name: 'brokers-for-tests-only',
      severity: 'error',
      comment: 'Nothing that runs for users begins a broker, except the command that does.',
      from: { path: '^(libs|apps/server)/', pathNot: ['^libs/dev-kafka/', '\\.spec\\.ts$', '^libs/[^/]+/testing/'] },
      to: { path: FOR_TESTS },
    },
    {
      name: 'core-knows-what-is-below',
      severity: 'error',
      comment:
        'Engines plug into the core through the engine API. What a stream brings comes to it as commits of the store.',
      from: { path: '^libs/core/', pathNot: [SPECS, '/testing/'] },
      to: { path: '^libs/', pathNot: '^libs/(core|kernel|barrier|store|replication|engine-api|hcl)/' },
    },
    {
      name: 'policies-read-hcl',
      severity: 'error',
      comment: 'No other room of the core has a language of its own.',
      from: { path: '^libs/core/', pathNot: '^libs/core/policies/' },
      to: { path: '^libs/hcl/' },
    },
    ...LAYERS.slice(0, -1).map((rooms, layer) => ({
      name: `core-layer-${layer}`,
      severity: 'error',
      comment: 'A room of the core can be read with those below it alone.',
      from: { path: `^libs/core/(${rooms.join('|')})/`, pathNot: SPECS },
      to: { path: `^libs/core/(${roomsFrom(layer)})/`, pathNot: '^libs/core/$1/' },
    })),
    {
      name: 'core-has-layers',
      severity: 'error',
      comment: 'A room that is on no layer is bound by no order.',
      from: { path: '^libs/core/', pathNot: `^libs/core/(${roomsFrom(0)})/` },
      to: {},
    },
    {
      name: 'runtime-knows-the-engine-api',
      severity: 'error',
      comment: 'Whatever lives stands under it; what that does is not its matter.',
      from: { path: '^libs/core/runtime/' },
      to: { path: '^libs/', pathNot: '^libs/(kernel|engine-api|core/runtime)/' },
    },
    {
      name: 'set-up-for-specs-only',
      severity: 'error',
      comment:
        'What specs set up, forge or move knows what nobody else may: what runs for users has the timers of the system.',
      from: {
        path: '^(libs|apps)/',
        pathNot: [SPECS, '^libs/[^/]+/contract/', '^libs/.+/testing/', '^libs/engine-testing/'],
      },
      to: { path: [SPECS, '^libs/.+/testing/', '^libs/engine-testing/'] },
    },
    {
      name: 'domain-stays-pure',
      severity: 'error',
      comment: 'The rules of replication run without a broker, a database or Nest.',
      from: { path: '/src/domain/', pathNot: '\\.spec\\.ts$' },
      to: { path: ['@nestjs', 'typeorm', 'kafkajs', '/src/(apply|publish|adapters)/'] },
    },
    {
      name: 'local-never-reaches-the-journal',
      severity: 'error',
      comment: 'P5: what is local has no path to the stream.',
      from: { path: '^libs/store/src/[^/]+/local-' },
      to: { path: '^libs/store/src/journal/' },
    },
    {
      name: 'kafka-behind-one-port',
      severity: 'error',
      comment: 'kafkajs may be replaced some day.',
      from: { pathNot: ['^libs/stream/kafka/', '^test/', '^bench/'] },
      to: { path: 'node_modules/kafkajs' },
    },
    {
      name: 'http-framework-in-the-server-only',
      severity: 'error',
      comment: 'The HTTP framework is an adapter.',
      from: { pathNot: '^apps/server/' },
      to: { path: 'node_modules/(fastify|@nestjs/platform-fastify)' },
    },
    {
      name: 'no-nest-in-the-core',
      severity: 'error',
      comment: 'The core is plain classes; the server makes them by factories.',
      from: { path: '^libs/(core|store|replication|barrier|kernel)/', pathNot: SPECS },
      to: { path: '@nestjs/' },
    },
    {
      name: 'typeorm-in-the-store-only',
      severity: 'error',
      comment: "The database is behind the store's port.",
      from: { pathNot: ['^libs/store/', '^test/', '^bench/'] },
      to: { path: 'node_modules/(typeorm|better-sqlite3|pg)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['require', 'node', 'default', 'types'] },
  },
};
