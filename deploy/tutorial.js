'use strict';
/*
 * The tutorial "Setting up performance replication", run once against fresh clusters: initialises and unseals them,
 * activates the primary and each secondary, and shows a user of the primary logging in on a secondary.
 *
 *   TUTORIAL_PRIMARY      address of the primary's API
 *   TUTORIAL_SECONDARIES  id=address,… of the secondaries' APIs
 */
const primary = { id: 'primary', address: required('TUTORIAL_PRIMARY') };
const secondaries = required('TUTORIAL_SECONDARIES')
  .split(',')
  .map((entry) => {
    const [id, address] = entry.split('=');
    return { id, address };
  });
const PATIENCE_MS = 120_000;
const SUPERUSER = 'path "*" { capabilities = ["create", "read", "update", "patch", "delete", "list", "sudo"] }';

main().then(
  () => console.log('The replication set is ready.'),
  (error) => {
    console.error(`tutorial: ${error.message}`);
    process.exitCode = 1;
  },
);

async function main() {
  const keys = await initialise(primary);
  if (keys === undefined) return inspectFormerRun();
  const root = keys.root_token;
  await call(primary, root, 'POST', 'sys/policies/acl/superuser', { policy: SUPERUSER });
  await call(primary, root, 'POST', 'sys/auth/userpass', { type: 'userpass' });
  await call(primary, root, 'POST', 'auth/userpass/users/tester', { password: 'changeme', policies: 'superuser' });
  await call(primary, root, 'POST', 'sys/mounts/secret', { type: 'kv', options: { version: '2' } });
  await call(primary, root, 'POST', 'sys/replication/performance/primary/enable', {});
  for (const secondary of secondaries) await activate(secondary, root);
  await call(primary, root, 'POST', 'secret/data/tide', { data: { message: 'the same face everywhere' } });
  for (const secondary of secondaries) await show(secondary);
}

/** A run that failed half-way cannot be gone on with: this script keeps no keys. */
async function inspectFormerRun() {
  const { sealed } = await call(primary, '', 'GET', 'sys/seal-status');
  if (sealed)
    throw new Error(
      `${primary.address} is initialised already, and sealed: unseal each cluster with the primary's key, which the first run printed`,
    );
  const { data } = await call(primary, '', 'GET', 'sys/replication/performance/status');
  const missing = secondaries.filter(({ id }) => !(data.known_secondaries || []).includes(id)).map(({ id }) => id);
  if (missing.length === 0) return console.log(`${primary.address} is initialised already: nothing to do.`);
  throw new Error(
    `${primary.address} is initialised already, but by a run that did not get to ${missing.join(', ')}. Its root token and unseal key are in that run's output. To begin anew: docker compose down -v`,
  );
}

async function activate(secondary, root) {
  const own = await initialise(secondary);
  if (own === undefined)
    throw new Error(
      `${secondary.address} is initialised already, and this script has no token for it. To begin anew: docker compose down -v`,
    );
  const { wrap_info: wrapped } = await call(
    primary,
    root,
    'POST',
    'sys/replication/performance/primary/secondary-token',
    { id: secondary.id },
  );
  await call(secondary, own.root_token, 'POST', 'sys/replication/performance/secondary/enable', {
    token: wrapped.token,
  });
  await until(`${secondary.id} to follow the stream`, async () => {
    const { data } = await call(secondary, '', 'GET', 'sys/replication/performance/status');
    return data.mode === 'secondary' && data.state === 'stream-wals';
  });
  console.log(
    `Secondary ${secondary.id} ${secondary.address}: follows the primary; it unseals with the primary's key from now on`,
  );
}

async function show(secondary) {
  const { auth } = await call(secondary, '', 'POST', 'auth/userpass/login/tester', { password: 'changeme' });
  await until(`the secret to reach ${secondary.id}`, async () => {
    const { data } = await call(secondary, auth.client_token, 'GET', 'secret/data/tide');
    return data.data.message === 'the same face everywhere';
  });
  console.log(`Secondary ${secondary.id}: tester logged in with the primary's password and read secret/tide`);
}

/** @returns the new keys, or undefined when the cluster has been initialised before. */
async function initialise(cluster) {
  const { initialized } = await call(cluster, '', 'GET', 'sys/init');
  if (initialized) return undefined;
  const keys = await call(cluster, '', 'POST', 'sys/init', { secret_shares: 1, secret_threshold: 1 });
  // At once: whatever fails from here on, they are not lost.
  console.log(`${cluster.id} ${cluster.address}: root token ${keys.root_token}, unseal key ${keys.keys_base64[0]}`);
  await call(cluster, '', 'POST', 'sys/unseal', { key: keys.keys_base64[0] });
  return keys;
}

async function call({ address }, token, method, path, body) {
  const response = await fetch(`${address}/v1/${path}`, {
    method,
    headers: token ? { 'X-Vault-Token': token } : {},
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${address}/v1/${path} answered ${response.status}: ${text.trim()}`);
  return text === '' ? undefined : JSON.parse(text);
}

async function until(what, holds) {
  const deadline = Date.now() + PATIENCE_MS;
  for (let last; ; await new Promise((resolve) => setTimeout(resolve, 100))) {
    try {
      if (await holds()) return;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}${last ? `: ${last.message}` : ''}`);
  }
}

function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}
