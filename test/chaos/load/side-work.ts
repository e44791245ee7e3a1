import { Api } from '../../harness/api';
import type { Recorder } from '../history/recorder';
import type { Member } from '../world/member';

/** A token of this cluster, with something in its cubbyhole. */
export async function makeToken(member: Member, recorder: Recorder): Promise<void> {
  const answer = await member.root
    .post('auth/token/create', { policies: ['default'], ttl: '2h' })
    .catch(() => undefined);
  if (answer?.status !== 200) return;
  const { client_token: token, accessor } = answer.body.auth;
  const put = await member.client
    .as(token)
    .post('cubbyhole/own', { value: accessor })
    .catch(() => undefined);
  recorder.tokens.push({ cluster: member.name, token, accessor, cubbyhole: put?.status === 204 });
}

/** A new barrier key. */
export async function rotate({ root }: { readonly root: Api }, { rotations }: Recorder): Promise<void> {
  const answer = await root.post('sys/rotate').catch(() => undefined);
  if (answer !== undefined && answer.status < 300) rotations.done += 1;
  else if (answer === undefined || answer.status >= 500) rotations.unknown += 1;
}
