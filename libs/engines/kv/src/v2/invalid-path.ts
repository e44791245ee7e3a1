import type { EngineResponse, Operation } from '@tidelock/engine-api';

const COMMANDS: Partial<Record<Operation, string>> = { read: 'get', list: 'list', delete: 'delete', patch: 'patch' };

/** A path of version 1 on a mount of version 2: 404 with a warning that says where to look. */
export function invalidPath(operation: Operation): EngineResponse {
  const warning =
    'Invalid path for a versioned K/V secrets engine. See the API docs for the appropriate API endpoints to use. ' +
    `If using the Vault CLI, use 'vault kv ${COMMANDS[operation] ?? 'put'}' for this operation.`;
  return { status: 404, warnings: [warning] };
}
