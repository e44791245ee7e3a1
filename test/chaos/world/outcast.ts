import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Cluster } from '../../harness/cluster';
import { eventually } from '../../harness/api';
import type { TcpProxy } from '../../harness/tcp-proxy';
import { PLAIN } from '../load/registers';
import type { Member } from './member';

const PERFORMANCE = 'sys/replication/performance';
const DATABASE = join('data', 'tidelock.db');
const COPY = 'before-the-revocation.db';
const PATIENCE_MS = 60_000;

/**
 * A cluster that was a secondary of the set and is no member any more. It has kept its store as it was before, with all its keys, and its way to the
 * broker, which does not stop it. It makes itself primary and writes into registers that clients use; nothing of that may be seen anywhere.
 */
export class Outcast {
  /** Its name on the primary: each time another. */
  private id = '';
  private expelled = 0;
  private lies = 0;

  private constructor(
    readonly cluster: Cluster,
    readonly brokerLink: TcpProxy,
  ) {}

  static async start(brokerLink: TcpProxy): Promise<Outcast> {
    return new Outcast(
      await Cluster.start({ kafka: `127.0.0.1:${brokerLink.port}`, topicPrefix: 'chaos', storage: 'sqlite' }),
      brokerLink,
    );
  }

  /** Joins, keeps a copy of all that it was given, and is revoked. */
  async expel(primary: Member): Promise<void> {
    const { cluster } = this;
    this.expelled += 1;
    this.id = `outcast-${this.expelled}`;
    if (this.expelled > 1) await this.comeAs('a stranger');
    await cluster.join(primary.cluster, this.id);
    await cluster.generateRoot();
    await cluster.untilInStepWith(primary.cluster);
    await cluster.server.stop();
    copyFileSync(this.file(DATABASE), this.file(COPY));
    await primary.root.must('POST', `${PERFORMANCE}/primary/revoke-secondary`, { id: this.id });
  }

  /** Makes itself primary out of what it had before it was revoked, and writes. */
  async lie(round: number, slots: number): Promise<void> {
    await this.comeAs('a secondary');
    const { root } = this.cluster;
    await eventually(
      'the outcast to be promoted',
      async () => {
        const { status } = await root.post(`${PERFORMANCE}/secondary/promote`, { force: true });
        // It may have met a later epoch at once, and be primary no more.
        return status < 300 || (await this.cluster.status()).mode === 'primary';
      },
      PATIENCE_MS,
    );
    for (let slot = 1; slot <= slots; slot += 1)
      await PLAIN.write(root, `r${round}s${slot}`, `forged ${(this.lies += 1)}`);
  }

  silence(): Promise<void> {
    return this.cluster.server.kill();
  }

  private async comeAs(who: 'a stranger' | 'a secondary'): Promise<void> {
    const { cluster } = this;
    await cluster.server.kill();
    for (const end of ['', '-wal', '-shm']) rmSync(this.file(`${DATABASE}${end}`), { force: true });
    if (who === 'a secondary') {
      copyFileSync(this.file(COPY), this.file(DATABASE));
      return cluster.restart();
    }
    await cluster.server.start();
    await cluster.initialise();
  }

  private file(name: string): string {
    return join(this.cluster.server.folder, name);
  }
}
