import { LOG, PLAIN, VERSIONED } from '../load/registers';
import type { World } from './world';

/** The mounts that clients use. */
export async function prepareMounts({ primary: { root } }: World): Promise<void> {
  for (const { name } of [PLAIN, LOG]) await root.must('POST', `sys/mounts/${name}`, { type: 'kv' });
  await root.must('POST', `sys/mounts/${VERSIONED.name}`, { type: 'kv', options: { version: '2' } });
  // Every version of a round is looked at in the end.
  await root.must('POST', `${VERSIONED.name}/config`, { max_versions: 10_000 });
}
