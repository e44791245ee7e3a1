import { type EngineRequest, type EngineResponse, param, type StorageView } from '@tidelock/engine-api';
import { formatDuration, notFound } from '@tidelock/kernel';
import type { ConfigBody, MetadataBody } from './bodies';
import { customMetadataOf } from './custom-metadata';
import { describeMetadata, type KeyMetadata, type KvConfig, newMetadata } from './key-metadata';
import { mergePatch } from './json';
import { SecretStore } from './secret-store';

export async function readConfig(storage: StorageView): Promise<EngineResponse> {
  const { delete_version_after, ...config } = await new SecretStore(storage).config();
  return { data: { ...config, delete_version_after: formatDuration(delete_version_after) } };
}

export async function writeConfig(body: ConfigBody, storage: StorageView): Promise<undefined> {
  const store = new SecretStore(storage);
  await store.putConfig(withSettings(await store.config(), body));
}

export async function readMetadata(request: EngineRequest, storage: StorageView): Promise<EngineResponse> {
  const meta = await new SecretStore(storage).metadata(param(request, 'path'));
  if (meta === undefined) throw notFound();
  return { data: describeMetadata(meta) };
}

export async function listSecrets(request: EngineRequest, storage: StorageView): Promise<EngineResponse> {
  const keys = await new SecretStore(storage).list(request.path.slice('metadata/'.length));
  if (keys.length === 0) throw notFound();
  return { data: { keys } };
}

/** Changes the settings that were sent; a secret need not have any version to have metadata. */
export async function writeMetadata(
  request: EngineRequest<MetadataBody>,
  storage: StorageView,
): Promise<EngineResponse | undefined> {
  const [store, path] = [new SecretStore(storage), param(request, 'path')];
  const { custom_metadata } = request.body;
  const checked = custom_metadata === undefined ? undefined : customMetadataOf(custom_metadata);
  const before = await store.metadata(path);
  const meta = withSettings(before ?? newMetadata(request.now), request.body);
  if (checked !== undefined) meta.custom_metadata = checked;
  if (before !== undefined) meta.updated_time = request.now;
  await store.moveUnversioned(path);
  await store.putMetadata(path, meta);
  return overruled(request.body, await store.config());
}

/** JSON merge patch: `null` resets a setting, and removes a member of the custom metadata. */
export async function patchMetadata(
  request: EngineRequest<MetadataBody>,
  storage: StorageView,
): Promise<EngineResponse | undefined> {
  const [store, path] = [new SecretStore(storage), param(request, 'path')];
  const before = await store.metadata(path);
  if (before === undefined) throw notFound();
  const meta = withSettings(withResets(before, request.raw), request.body);
  if (request.body.custom_metadata !== undefined) {
    meta.custom_metadata = customMetadataOf(mergePatch(before.custom_metadata ?? {}, request.body.custom_metadata));
  }
  meta.updated_time = request.now;
  await store.moveUnversioned(path);
  await store.putMetadata(path, meta);
  return overruled(request.body, await store.config());
}

export async function deleteSecret(request: EngineRequest, storage: StorageView): Promise<undefined> {
  const [store, path] = [new SecretStore(storage), param(request, 'path')];
  const meta = await store.metadata(path);
  if (meta !== undefined) await store.deleteSecret(path, meta);
}

function withSettings<T extends KvConfig>(current: T, body: ConfigBody): T {
  return {
    ...current,
    max_versions: body.max_versions ?? current.max_versions,
    cas_required: body.cas_required ?? current.cas_required,
    delete_version_after: body.delete_version_after ?? current.delete_version_after,
  };
}

function withResets(current: KeyMetadata, raw: Readonly<Record<string, unknown>>): KeyMetadata {
  return {
    ...current,
    ...(raw['max_versions'] === null && { max_versions: 0 }),
    ...(raw['cas_required'] === null && { cas_required: false }),
    ...(raw['delete_version_after'] === null && { delete_version_after: 0 }),
    ...(raw['custom_metadata'] === null && { custom_metadata: null }),
  };
}

/** Tells about a setting that the mount's own overrules. */
function overruled(body: MetadataBody, config: KvConfig): EngineResponse | undefined {
  if (body.cas_required !== false || !config.cas_required) return undefined;
  return { warnings: ['"cas_required" set to false, but is mandated by backend config. This value will be ignored.'] };
}
