import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '@tidelock/dev-kafka';
import type { ClusterStore } from '@tidelock/store';
import { loadConfig } from '../../apps/server/src/config';
import { Loggers } from '../../apps/server/src/logging/loggers';
import { PinoLogger } from '../../apps/server/src/logging/pino-logger';
import { STORE } from '../../apps/server/src/node/node-settings';
import { TidelockServer } from '../../apps/server/src/tidelock-server';
import { Api } from './api';

type Token<T> = abstract new (...parameters: never[]) => T;

/** Where the server has its rooms. */
interface Rooms {
  get<T>(token: unknown, options?: { readonly strict: boolean }): T;
}

/** A whole server in the test's own process, initialised and unsealed: for faults that come from within. */
export class ServerInProcess {
  private constructor(
    private readonly server: TidelockServer,
    readonly folder: string,
    readonly root: Api,
  ) {}

  /** @param config HCL; the listener and the addresses are added. */
  static async start(config: (folder: string) => string): Promise<ServerInProcess> {
    const folder = mkdtempSync(join(tmpdir(), 'tidelock-test-'));
    const [port, clusterPort] = await freePorts(2);
    const file = join(folder, 'tidelock.hcl');
    writeFileSync(
      file,
      `
      ${config(folder)}
      listener "tcp" { address = "127.0.0.1:${port}" cluster_address = "127.0.0.1:${clusterPort}" tls_disable = true }
      api_addr = "http://127.0.0.1:${port}"
      cluster_addr = "https://127.0.0.1:${clusterPort}"
      log_file = "${join(folder, 'log')}/"
    `,
    );
    const { settings } = loadConfig([`-config=${file}`], {});
    const log = new PinoLogger(settings.log.level, settings.log.format, settings.log.file);
    const server = await TidelockServer.start(settings, new Loggers(log, settings.log.level));
    const anonymous = new Api(`http://127.0.0.1:${port}`);
    const init = await anonymous.must('POST', 'sys/init', { secret_shares: 1, secret_threshold: 1 });
    await anonymous.must('POST', 'sys/unseal', { key: init.keys_base64[0] });
    return new ServerInProcess(server, folder, anonymous.as(init.root_token));
  }

  get store(): ClusterStore {
    return this.app.get<ClusterStore>(STORE);
  }

  /** A room of the server. */
  room<T>(token: Token<T>): T {
    return this.app.get<T>(token, { strict: false });
  }

  async stop(): Promise<void> {
    await this.server.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get app(): Rooms {
    return (this.server as unknown as { app: Rooms }).app;
  }
}
