import { randomBytes } from 'node:crypto';
import type { ApiClient } from '@tidelock/client';
import { until } from './until';

const SUPERUSER = 'path "*" { capabilities = ["create", "read", "update", "patch", "delete", "list", "sudo"] }';

interface Status {
  readonly mode?: string;
  readonly state?: string;
}

/** The tutorial's policy, auth method and user, on the primary. */
export async function prepareUsers(primary: ApiClient): Promise<void> {
  await primary.write('sys/policies/acl/superuser', { policy: SUPERUSER });
  await primary.write('sys/auth/userpass', { type: 'userpass' });
  await primary.write('auth/userpass/users/tester', { password: 'changeme', policies: 'superuser' });
}

/** Activates the primary. @returns an activation token for the secondary. */
export async function activatePrimary(primary: ApiClient): Promise<string> {
  await primary.write('sys/replication/performance/primary/enable');
  const { body } = await primary.write('sys/replication/performance/primary/secondary-token', { id: 'secondary' });
  return (body as { wrap_info: { token: string } }).wrap_info.token;
}

/** Activates the secondary; returns when it follows the stream. */
export async function activateSecondary(secondary: ApiClient, token: string): Promise<void> {
  await secondary.write('sys/replication/performance/secondary/enable', { token });
  await until('the secondary to follow the stream', async () => {
    const { body } = await secondary.read('sys/replication/performance/status');
    const { mode, state } = (body as { data: Status }).data;
    return mode === 'secondary' && state === 'stream-wals';
  });
}

/** @returns tester's token, made by the secondary from the primary's user. */
export async function logIn(secondary: ApiClient): Promise<string> {
  const { body } = await secondary.write('auth/userpass/login/tester', { password: 'changeme' });
  return (body as { auth: { client_token: string } }).auth.client_token;
}

/** @returns milliseconds from the primary's answer to a write until the secondary shows what was written. */
export async function measureDelay(primary: ApiClient, secondary: ApiClient): Promise<number> {
  const message = randomBytes(8).toString('hex');
  await primary.write('secret/data/tide', { data: { message } });
  const answered = performance.now();
  await until(
    'the write to appear on the secondary',
    async () => {
      const { body, status } = await secondary.send('GET', 'secret/data/tide');
      return status === 200 && (body as { data: { data: { message: string } } }).data.data.message === message;
    },
    1,
  );
  return performance.now() - answered;
}
