import { type BodyClass, fieldsOf, type FieldType, type Operation, type PathDeclaration } from '@tidelock/engine-api';
import { parsePattern, type PatternPart } from '../paths/pattern';

type Json = Record<string, unknown>;

/** A mount, with the paths of it that are described. */
export interface Described {
  readonly path: string;
  readonly type: string;
  readonly declarations: readonly PathDeclaration[];
}

const METHODS: Readonly<Partial<Record<Operation, string>>> = {
  read: 'get',
  list: 'get',
  create: 'post',
  update: 'post',
  patch: 'patch',
  delete: 'delete',
};

const INFO = {
  title: 'Tidelock API',
  description: "HTTP API that speaks Vault's. All paths are under /v1.",
  version: '1.17.0',
  license: { name: 'Mozilla Public License 2.0', url: 'https://www.mozilla.org/en-US/MPL/2.0' },
};

/** OpenAPI 3.0.2 document. */
export function openApiDocument(mounts: readonly Described[]): Json {
  const paths: Record<string, Json> = {};
  for (const mount of mounts) for (const declaration of mount.declarations) addPaths(paths, mount, declaration);
  return { openapi: '3.0.2', info: INFO, paths };
}

/** A rest that may be empty makes two paths: OpenAPI has no optional path parameter. */
function addPaths(paths: Record<string, Json>, mount: Described, declaration: PathDeclaration): void {
  const parts = parsePattern(declaration.pattern);
  const last = parts.at(-1);
  addPath(paths, mount, declaration, parts);
  if (last?.kind === 'rest' && last.mayBeEmpty) addPath(paths, mount, declaration, parts.slice(0, -1));
}

function addPath(
  paths: Record<string, Json>,
  mount: Described,
  declaration: PathDeclaration,
  parts: readonly PatternPart[],
): void {
  const path = `/${mount.path}${parts.map(segmentOf).join('/')}`;
  const item = Object.assign((paths[path] ??= { description: declaration.help }), traitsOf(declaration, parts));
  const at = { tag: tagOf(mount), path };
  for (const operation of declaration.operations) {
    const method = METHODS[operation];
    // A path that can be read and listed has one `get`: the read.
    if (method === undefined || (operation === 'list' && method in item)) continue;
    item[method] = operationOf(operation, declaration, at);
  }
}

/** What is said of a path as a whole. */
function traitsOf(
  { sudo, unauthenticated, login, operations, exists }: PathDeclaration,
  parts: readonly PatternPart[],
): Json {
  const parameters = parts.flatMap((part) => (part.kind === 'literal' ? [] : [pathParameter(part.name)]));
  return {
    ...(parameters.length > 0 && { parameters }),
    ...(sudo && { 'x-vault-sudo': true }),
    ...((unauthenticated || login) && { 'x-vault-unauthenticated': true }),
    ...((operations.includes('create') || exists !== undefined) && { 'x-vault-createSupported': true }),
  };
}

const tagOf = ({ path, type }: Described): string =>
  path.startsWith('auth/') ? 'auth' : type === 'system' || type === 'identity' ? type : 'secrets';

const segmentOf = (part: PatternPart): string => (part.kind === 'literal' ? part.text : `{${part.name}}`);

const pathParameter = (name: string): Json => ({ name, in: 'path', required: true, schema: { type: 'string' } });

function operationOf(
  operation: Operation,
  declaration: PathDeclaration,
  at: { readonly tag: string; readonly path: string },
): Json {
  const writes = operation === 'create' || operation === 'update' || operation === 'patch';
  const parameters = writes ? [] : queryOf(operation, declaration);
  const content = writes ? contentOf(declaration) : undefined;
  return {
    summary: declaration.help,
    operationId: [operation, ...at.path.split(/\W+/).filter((word) => word !== '')].join('-'),
    tags: [at.tag],
    ...(parameters.length > 0 && { parameters }),
    ...(content && { requestBody: { required: true, content } }),
    responses: operation === 'delete' ? { 204: { description: 'empty body' } } : { 200: { description: 'OK' } },
  };
}

function queryOf(operation: Operation, declaration: PathDeclaration): Json[] {
  const list = { name: 'list', in: 'query', required: true, schema: { type: 'string', enum: ['true'] } };
  const fields = Object.entries(propertiesOf(declaration)).map(([name, schema]) => ({ name, in: 'query', schema }));
  return operation === 'list' ? [list, ...fields] : fields;
}

/** What a write takes, by content type. */
function contentOf(declaration: PathDeclaration): Json | undefined {
  const { bytes } = declaration;
  const schema = bytes ? { type: 'string', format: 'binary' } : bodySchema(declaration);
  const types = bytes ? (bytes.contentTypes ?? ['application/octet-stream']) : ['application/json'];
  return schema && Object.fromEntries(types.map((type) => [type, { schema }]));
}

function bodySchema(declaration: PathDeclaration): Json | undefined {
  const properties = propertiesOf(declaration);
  if (Object.keys(properties).length === 0) return undefined;
  const required = declaration.body === undefined ? [] : requiredOf(declaration.body);
  return { type: 'object', properties, ...(required.length > 0 && { required }) };
}

const requiredOf = (bodyClass: BodyClass): string[] =>
  fieldsOf(bodyClass)
    .filter(({ required }) => required)
    .map(({ name }) => name);

function propertiesOf({ body, fields }: PathDeclaration): Record<string, Json> {
  const described = body === undefined ? [] : fieldsOf(body);
  const ofBody = described.map(({ name, type, description }) => [name, schemaOf(type, description)] as const);
  const raw = Object.entries(fields ?? {}).map(([name, type]) => [name, schemaOf(type, '')] as const);
  return Object.fromEntries([...ofBody, ...raw]);
}

/** Durations are numbers of seconds, or text. */
function schemaOf(type: FieldType, description: string): Json {
  const shape: Json =
    type === 'duration'
      ? { type: 'string', format: 'seconds' }
      : type === 'array'
        ? { type: 'array', items: { type: 'string' } }
        : { type };
  return description === '' ? shape : { ...shape, description };
}
