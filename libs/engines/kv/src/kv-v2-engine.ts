import {
  Engine,
  type EngineRequest,
  type EngineResponse,
  OnPath,
  type Operation,
  param,
  type StorageView,
} from '@tidelock/engine-api';
import { ConfigBody, MetadataBody } from './v2/bodies';
import * as data from './v2/data-operations';
import * as metadata from './v2/metadata-operations';
import { SecretStore } from './v2/secret-store';

const COMMANDS: Partial<Record<Operation, string>> = { read: 'get', list: 'list', delete: 'delete', patch: 'patch' };

/** A path of version 1 on a mount of version 2: 404 with a warning that says where to look. */
function invalidPath(operation: Operation): EngineResponse {
  const warning =
    'Invalid path for a versioned K/V secrets engine. See the API docs for the appropriate API endpoints to use. ' +
    `If using the Vault CLI, use 'vault kv ${COMMANDS[operation] ?? 'put'}' for this operation.`;
  return { status: 404, warnings: [warning] };
}

type Answer = Promise<EngineResponse | undefined>;

const DATA_FIELDS = { data: 'object', options: 'object', version: 'integer' } as const;
const VERSIONS_FIELD = { versions: 'array' } as const;
/** What a change does depends on the versions that are there, and a secondary may not have seen the latest. */
const DECIDED_ON_PRIMARY = { forwarded: true } as const;

/**
 * Key/value secrets with versions (Vault API "KV secrets engine, version 2"): the table of its paths. What they do is in
 * `v2/`; the data paths take raw bodies, since a DTO would cost as much as the rest of the request.
 */
@Engine({
  kind: 'secret',
  type: 'kv',
  version: '2',
  aliases: ['kv-v2'],
  help: 'Stores secrets and keeps their former versions.',
})
export class KvV2Engine {
  @OnPath('read', 'data/*path', { help: 'Reads a version of a secret.', fields: { version: 'integer' } })
  readData(request: EngineRequest, storage: StorageView): Answer {
    return data.readData(request, storage);
  }

  @OnPath('update', 'data/*path', {
    help: 'Writes a new version of a secret.',
    fields: DATA_FIELDS,
    exists: 'exists',
    bodyLimit: Infinity,
    ...DECIDED_ON_PRIMARY,
  })
  writeData(request: EngineRequest, storage: StorageView): Answer {
    return data.writeData(request, storage);
  }

  @OnPath('patch', 'data/*path', {
    help: 'Writes a new version, made from the latest by a JSON merge patch.',
    fields: DATA_FIELDS,
    bodyLimit: Infinity,
    ...DECIDED_ON_PRIMARY,
  })
  patchData(request: EngineRequest, storage: StorageView): Answer {
    return data.patchData(request, storage);
  }

  @OnPath('delete', 'data/*path', { help: 'Deletes the latest version; it can be undeleted.', ...DECIDED_ON_PRIMARY })
  deleteLatest(request: EngineRequest, storage: StorageView): Answer {
    return data.deleteLatest(request, storage);
  }

  @OnPath('update', 'delete/*path', {
    help: 'Deletes versions; they can be undeleted.',
    fields: VERSIONS_FIELD,
    ...DECIDED_ON_PRIMARY,
  })
  deleteVersions(request: EngineRequest, storage: StorageView): Answer {
    return data.deleteVersions(request, storage);
  }

  @OnPath('update', 'undelete/*path', {
    help: 'Restores deleted versions.',
    fields: VERSIONS_FIELD,
    ...DECIDED_ON_PRIMARY,
  })
  undeleteVersions(request: EngineRequest, storage: StorageView): Answer {
    return data.undeleteVersions(request, storage);
  }

  @OnPath('update', 'destroy/*path', {
    help: 'Removes the data of versions for good.',
    fields: VERSIONS_FIELD,
    ...DECIDED_ON_PRIMARY,
  })
  destroyVersions(request: EngineRequest, storage: StorageView): Answer {
    return data.destroyVersions(request, storage);
  }

  @OnPath('read', 'subkeys/*path', {
    help: 'Reads the structure of a secret without its values.',
    fields: { version: 'integer', depth: 'integer' },
  })
  readSubkeys(request: EngineRequest, storage: StorageView): Answer {
    return data.readSubkeys(request, storage);
  }

  @OnPath('read', 'metadata/*path', { help: 'Reads what is known about a secret and its versions.' })
  readMetadata(request: EngineRequest, storage: StorageView): Answer {
    return metadata.readMetadata(request, storage);
  }

  @OnPath('list', 'metadata/*path?', { help: 'Lists the secrets and folders at a path.' })
  list(request: EngineRequest, storage: StorageView): Answer {
    return metadata.listSecrets(request, storage);
  }

  @OnPath('update', 'metadata/*path', {
    help: 'Changes the settings of a secret.',
    body: MetadataBody,
    exists: 'exists',
    ...DECIDED_ON_PRIMARY,
  })
  writeMetadata(request: EngineRequest<MetadataBody>, storage: StorageView): Answer {
    return metadata.writeMetadata(request, storage);
  }

  @OnPath('patch', 'metadata/*path', {
    help: 'Changes the settings of a secret by a JSON merge patch.',
    body: MetadataBody,
    ...DECIDED_ON_PRIMARY,
  })
  patchMetadata(request: EngineRequest<MetadataBody>, storage: StorageView): Answer {
    return metadata.patchMetadata(request, storage);
  }

  @OnPath('delete', 'metadata/*path', {
    help: 'Removes a secret with all its versions for good.',
    ...DECIDED_ON_PRIMARY,
  })
  deleteSecret(request: EngineRequest, storage: StorageView): Answer {
    return metadata.deleteSecret(request, storage);
  }

  @OnPath('read', 'config', { help: 'Reads the settings for all secrets of the mount.' })
  readConfig(_request: EngineRequest, storage: StorageView): Answer {
    return metadata.readConfig(storage);
  }

  @OnPath('update', 'config', {
    help: 'Changes the settings for all secrets of the mount.',
    body: ConfigBody,
    ...DECIDED_ON_PRIMARY,
  })
  writeConfig(request: EngineRequest<ConfigBody>, storage: StorageView): Answer {
    return metadata.writeConfig(request.body, storage);
  }

  @OnPath(['read', 'update', 'patch', 'delete', 'list'], '*path?', {
    help: 'Answers calls that are meant for version 1.',
  })
  async invalidPath(request: EngineRequest): Answer {
    return invalidPath(request.operation);
  }

  async exists(request: EngineRequest, storage: StorageView): Promise<boolean> {
    return (await new SecretStore(storage).metadata(param(request, 'path'))) !== undefined;
  }
}
