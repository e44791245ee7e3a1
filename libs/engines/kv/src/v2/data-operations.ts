import { type EngineRequest, type EngineResponse, param, type StorageView } from '@tidelock/engine-api';
import { notFound, parseJson, RawJson, stringifyJson } from '@tidelock/kernel';
import { checkAndSet, dataOf, numberOf, versionsOf } from './input';
import { type JsonObject, mergePatch, subkeysOf } from './json';
import {
  addVersion,
  describeVersion,
  isGone,
  type KeyMetadata,
  newMetadata,
  type VersionMetadata,
} from './key-metadata';
import { SecretStore } from './secret-store';

interface FoundVersion {
  readonly store: SecretStore;
  readonly meta: KeyMetadata;
  readonly version: VersionMetadata;
  readonly number: number;
}

/** The version asked for, or the latest. @throws {TidelockError} NOT_FOUND when there is no record of it. */
async function findVersion(request: EngineRequest, storage: StorageView): Promise<FoundVersion> {
  const store = new SecretStore(storage);
  const meta = await store.metadata(param(request, 'path'));
  if (meta === undefined) throw notFound();
  const number = numberOf(request.raw, 'version') || meta.current_version;
  const version = meta.versions[number];
  if (version === undefined) throw notFound();
  return { store, meta, version, number };
}

export async function readData(request: EngineRequest, storage: StorageView): Promise<EngineResponse> {
  const { store, meta, version, number } = await findVersion(request, storage);
  const metadata = describeVersion(meta, version, number);
  if (isGone(version, request.now)) return { status: 404, data: { data: null, metadata } };
  return { data: { data: new RawJson(await store.dataText(param(request, 'path'), number)), metadata } };
}

export async function readSubkeys(request: EngineRequest, storage: StorageView): Promise<EngineResponse> {
  const depth = numberOf(request.raw, 'depth');
  const { store, meta, version, number } = await findVersion(request, storage);
  const metadata = describeVersion(meta, version, number);
  if (isGone(version, request.now)) return { status: 404, data: { subkeys: null, metadata } };
  const data = parseJson(await store.dataText(param(request, 'path'), number)) as JsonObject;
  return { data: { subkeys: subkeysOf(data, depth), metadata } };
}

export async function writeData(request: EngineRequest, storage: StorageView): Promise<EngineResponse> {
  const data = dataOf(request.raw);
  const store = new SecretStore(storage);
  const meta = (await store.metadata(param(request, 'path'))) ?? newMetadata(request.now);
  return addTo(store, meta, request, () => data);
}

export async function patchData(request: EngineRequest, storage: StorageView): Promise<EngineResponse> {
  const patch = dataOf(request.raw);
  const { store, meta, version, number } = await findVersion({ ...request, raw: {} }, storage);
  if (isGone(version, request.now)) return { status: 404, data: describeVersion(meta, version, number) };
  const current = await store.dataText(param(request, 'path'), number);
  return addTo(store, meta, request, () => mergePatch(parseJson(current), patch));
}

async function addTo(
  store: SecretStore,
  meta: KeyMetadata,
  request: EngineRequest,
  data: () => unknown,
): Promise<EngineResponse> {
  const path = param(request, 'path');
  const config = await store.config();
  checkAndSet(request.raw, config, meta);
  const dropped = addVersion(meta, config, request.now);
  const number = meta.current_version;
  await store.moveUnversioned(path);
  await store.putMetadata(path, meta);
  await store.putData(path, number, stringifyJson(data()));
  await store.deleteData(path, dropped);
  return { data: describeVersion(meta, meta.versions[number] as VersionMetadata, number) };
}

/** Soft-deletes the latest version; there need not be one. */
export async function deleteLatest(request: EngineRequest, storage: StorageView): Promise<undefined> {
  await changeVersions(request, storage, (meta) => softDelete(meta.versions[meta.current_version], request.now));
}

export async function deleteVersions(request: EngineRequest, storage: StorageView): Promise<undefined> {
  const numbers = versionsOf(request.raw);
  await changeVersions(request, storage, (meta) => {
    for (const number of numbers) softDelete(meta.versions[number], request.now);
  });
}

export async function undeleteVersions(request: EngineRequest, storage: StorageView): Promise<undefined> {
  const numbers = versionsOf(request.raw);
  await changeVersions(request, storage, (meta) => {
    for (const number of numbers) {
      const version = meta.versions[number];
      if (version !== undefined && !version.destroyed) version.deletion_time = 0;
    }
  });
}

/** Deletes the versions' data for good; what was known about them stays. */
export async function destroyVersions(request: EngineRequest, storage: StorageView): Promise<undefined> {
  const numbers = versionsOf(request.raw);
  await changeVersions(request, storage, async (meta, store) => {
    const known = numbers.filter((number) => meta.versions[number] !== undefined);
    for (const number of known) (meta.versions[number] as VersionMetadata).destroyed = true;
    await store.deleteData(param(request, 'path'), known);
  });
}

type Change = (meta: KeyMetadata, store: SecretStore) => Promise<void> | void;

async function changeVersions(request: EngineRequest, storage: StorageView, change: Change): Promise<void> {
  const [store, path] = [new SecretStore(storage), param(request, 'path')];
  const meta = await store.metadata(path);
  if (meta === undefined) return;
  await store.moveUnversioned(path);
  await change(meta, store);
  await store.putMetadata(path, meta);
}

function softDelete(version: VersionMetadata | undefined, now: number): void {
  if (version !== undefined && !isGone(version, now)) version.deletion_time = now;
}
