import { randomBytes } from 'node:crypto';
import { eventually, type Json } from '../../harness/api';
import type { Member } from '../world/member';

/** A step waits for other faults to end: a broker that is away, a link that is cut. */
const PATIENCE_MS = 180_000;
const PERFORMANCE = 'sys/replication/performance';

const statusOf = async ({ client }: Member): Promise<Json> => (await client.must('GET', `${PERFORMANCE}/status`)).data;

/** Index of the last mutation that a secondary has. */
export const appliedBy = async (member: Member): Promise<number> => (await statusOf(member)).last_remote_wal;

/** An answer may have been lost, so what has come about is what counts. */
async function become(member: Member, mode: string, path: string, body: Json): Promise<void> {
  await eventually(
    `${member.name} to become ${mode}`,
    async () => {
      if ((await statusOf(member)).mode !== mode) await member.root.must('POST', `${PERFORMANCE}/${path}`, body);
      return (await statusOf(member)).mode === mode;
    },
    PATIENCE_MS,
  );
}

/** Refused, and tried again, while the broker lacks something that the primary acknowledged. */
export const demote = (member: Member): Promise<void> => become(member, 'secondary', 'primary/demote', {});

export const promote = (member: Member, force: boolean): Promise<void> =>
  become(member, 'primary', 'secondary/promote', { primary_cluster_addr: member.clusterAddress, force });

/** Has a member follow another primary of the set, without a wipe, and waits until it streams. */
export async function follow(member: Member, primary: Member): Promise<void> {
  const { name, root } = member;
  await eventually(
    `${name} to follow ${primary.name}`,
    async () => {
      const id = `${name}-${randomBytes(3).toString('hex')}`;
      const { wrap_info: wrapped } = await primary.root.must('POST', `${PERFORMANCE}/primary/secondary-token`, { id });
      await root.must('POST', `${PERFORMANCE}/secondary/update-primary`, { token: wrapped.token });
      return true;
    },
    PATIENCE_MS,
  );
  await eventually(
    `${name} to stream from ${primary.name}`,
    async () => (await statusOf(member)).state === 'stream-wals',
    PATIENCE_MS,
  );
}

/** A former primary that can see again finds that it is none. */
export async function untilFenced(member: Member): Promise<void> {
  await eventually(
    `${member.name} to find that another cluster was promoted`,
    async () => (await statusOf(member)).fenced !== undefined,
    PATIENCE_MS,
  );
}
