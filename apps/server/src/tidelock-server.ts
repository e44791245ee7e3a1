import { setTimeout as sleep } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AuditBroker } from '@tidelock/core/audit';
import { RunningPart } from '@tidelock/core/runtime';
import { SealManager } from '@tidelock/core/seal';
import { type Logger, reasonOf, systemClock } from '@tidelock/kernel';
import { KafkaBroker } from '@tidelock/stream/kafka';
import { ReplicationNode } from '@tidelock/replication';
import type { ClusterStore } from '@tidelock/store';
import type { FastifyInstance } from 'fastify';
import { EdgeErrorFilter, fastifyAdapter } from './http/fastify';
import { PublicListener } from './http/public-listener';
import type { Loggers } from './logging/loggers';
import { nestLogger } from './logging/pino-logger';
import { type DevelopmentFacts, prepareDevelopment } from './node/development-mode';
import { type NodeSettings, STORE } from './node/node-settings';
import { StoreSession } from './node/store-session';
import { ServerModule } from './server.module';
import { CertificateExpiry } from './tls/certificate-expiry';

/** Requests in flight at a stop have this long to finish. */
const GRACE_MS = 10_000;
/** What has not ended then is cut off with the store. */
const STOP_PATIENCE_MS = 5000;

/** A running node. */
export class TidelockServer {
  private constructor(
    private readonly app: NestFastifyApplication,
    private readonly listeners: readonly PublicListener[],
    private readonly certificates: CertificateExpiry,
    private readonly logger: Logger,
  ) {}

  /** @throws {Error} when the store cannot be opened or an address is taken. */
  static async start(settings: NodeSettings, loggers: Loggers): Promise<TidelockServer> {
    const logger = loggers.get('core');
    const adapter = fastifyAdapter(logger);
    const app = await NestFactory.create<NestFastifyApplication>(ServerModule.register(settings, loggers), adapter, {
      logger: nestLogger(logger),
      bodyParser: false,
      abortOnError: false,
    });
    await app.get(RunningPart).begin(new StoreSession(app.get<ClusterStore>(STORE)));
    app.useGlobalFilters(new EdgeErrorFilter(logger));
    app.connectMicroservice({ strategy: app.get(KafkaBroker).transport });
    await app.startAllMicroservices();
    await app.init();
    const router = adapter.getInstance() as unknown as FastifyInstance;
    await router.ready();
    const files = settings.listeners.flatMap(({ tls }) => tls?.certFile ?? []);
    const certificates = new CertificateExpiry(files, systemClock, logger);
    const server = new TidelockServer(
      app,
      settings.listeners.map((listener) => new PublicListener(router, listener)),
      certificates,
      logger,
    );
    const node = app.get(ReplicationNode);
    await app.get(RunningPart).begin(app.get(SealManager));
    await node.load();
    // Known from here on, also while the storage is away.
    await app.get(SealManager).status();
    await app
      .get(SealManager)
      .recover()
      .catch((error: unknown) => logger.error('the seal did not unseal this cluster', { reason: reasonOf(error) }));
    for (const listener of server.listeners) await listener.listen();
    for (const { host, port, tls } of settings.listeners)
      logger.info('listening', { address: `${host}:${port}`, tls: tls !== undefined, storage: settings.storage.kind });
    if (files.length > 0) await app.get(RunningPart).begin(certificates);
    return server;
  }

  /** Development mode: initialised, unsealed, a kv store at `secret/`. */
  prepareDevelopment(rootToken?: string): Promise<DevelopmentFacts> {
    return prepareDevelopment(this.app, rootToken);
  }

  /** SIGHUP: certificates and audit files anew. @throws {Error} naming the file that is not good; what was in use stays so. */
  async reload(): Promise<void> {
    await this.app.get(AuditBroker).reopen();
    for (const listener of this.listeners) listener.reloadCertificates();
    this.certificates.check();
    this.logger.info('certificates were read again and audit files opened again');
  }

  /** SIGTERM: no more requests, those in flight finish, then everything closes from the top down. */
  async stop(): Promise<void> {
    await Promise.all(this.listeners.map((listener) => listener.close(GRACE_MS)));
    await this.app.get(SealManager).seal();
    await Promise.race([this.app.get(RunningPart).end(), sleep(STOP_PATIENCE_MS, undefined, { ref: false })]);
    await this.app.close();
    await this.app.get<ClusterStore>(STORE).close();
  }
}
