import { ApiClient } from '@tidelock/client';
import { reasonOf } from '@tidelock/kernel';
import type { DevServer } from './processes';

const SUPERUSER = 'path "*" { capabilities = ["create", "read", "update", "patch", "delete", "list", "sudo"] }';
const PATIENCE_MS = 60_000;

/** The tutorial's policy, auth method and user. */
export async function prepareUsers(root: ApiClient): Promise<void> {
  await root.write('sys/policies/acl/superuser', { policy: SUPERUSER });
  await root.write('sys/auth/userpass', { type: 'userpass' });
  await root.write('auth/userpass/users/tester', { password: 'changeme', policies: 'superuser' });
}

/** Primary, activation token, secondary; waits until the stream is followed. */
export async function activate(root: ApiClient, joiner: ApiClient, server: DevServer): Promise<void> {
  await root.write('sys/replication/performance/primary/enable');
  const { wrap_info: wrapped } = (await root.write('sys/replication/performance/primary/secondary-token', { id: 'secondary' })).body as { wrap_info: { token: string } };
  await joiner.write('sys/replication/performance/secondary/enable', { token: wrapped.token });
  await until('the secondary to follow the stream', async () => {
    server.checkRunning();
    const { data } = (await joiner.send('GET', 'sys/replication/performance/status')).body as { data?: { mode?: string; state?: string } };
    return data?.mode === 'secondary' && data.state === 'stream-wals';
  });
}

/** @returns milliseconds from the primary's acknowledgement until the secret is read on the secondary. */
export async function measureDelay(primary: ApiClient, secondary: ApiClient): Promise<number> {
  await primary.write('secret/data/tide', { data: { message: 'the same face everywhere' } });
  const acknowledged = performance.now();
  await until('the secret to arrive', async () => (await secondary.send('GET', 'secret/data/tide')).status === 200, 1);
  return performance.now() - acknowledged;
}

export function untilHealthy(server: DevServer): Promise<void> {
  const client = new ApiClient({ address: server.address });
  return until(`the ${server.name} to be ready`, async () => {
    server.checkRunning();
    return (await client.send('GET', 'sys/health').catch(() => undefined))?.status === 200;
  });
}

async function until(what: string, holds: () => Promise<boolean>, pauseMs = 50): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (let last: unknown; ; await new Promise((wake) => setTimeout(wake, pauseMs))) {
    try {
      if (await holds()) return;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}${last === undefined ? '' : `: ${reasonOf(last)}`}`);
  }
}
