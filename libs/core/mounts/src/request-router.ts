import {
  convertBody,
  type EngineOptions,
  type EngineResponse,
  type MountView,
  type Operation,
  type PathDeclaration,
  type StorageView,
  warningsAbout,
} from '@tidelock/engine-api';
import { noHandler, TidelockError } from '@tidelock/kernel';
import type { UnitOfWork } from '@tidelock/store';
import { helpFor } from './describe/help';
import type { OpenMount } from './open/open-mount';
import type { PathMatch } from './paths/path-table';
import type { EngineRegistry } from './registry/engine-registry';
import { isMounted } from './records/mount-records';
import { storageViewOf } from './storage/storage-view';
import type { MountTable, Route } from './table/mount-table';

/** 405: the path is there, but not with this verb. Endpoints without an envelope refuse without a text. */
export class UnsupportedOperation extends TidelockError {
  /** Nothing of the path needs a token, so everybody may know that it is there. */
  readonly open: boolean;

  constructor(declared: readonly PathDeclaration[]) {
    super('UNSUPPORTED_OPERATION', declared.every(({ bare }) => bare) ? { errors: [] } : { multi: true });
    this.open = declared.every(({ unauthenticated, login }) => unauthenticated || login);
  }
}

const WRITES: ReadonlySet<Operation> = new Set<Operation>(['create', 'update', 'patch']);
const NONE: readonly string[] = [];

/**
 * What the handler gets as its body: an instance of the declared DTO, or the members as they came where none is declared.
 * A write's members that are declared nowhere are warned about.
 *
 * @throws {TidelockError} INVALID_REQUEST with one text for each field that is missing or does not convert.
 */
export function checkBody(
  { body: bodyClass, fields, operations }: PathDeclaration,
  raw: Readonly<Record<string, unknown>>,
): { readonly body: object; readonly warnings: readonly string[] } {
  if (bodyClass !== undefined) return convertBody(bodyClass, raw);
  if (fields === undefined || !operations.some((operation) => WRITES.has(operation)))
    return { body: raw, warnings: NONE };
  return { body: raw, warnings: warningsAbout(Object.keys(raw).filter((name) => !Object.hasOwn(fields, name))) };
}

/** A path of a mount, found for a request. */
export interface ResolvedPath extends PathMatch {
  readonly mount: MountView;
  readonly engineOptions: EngineOptions;
  /** Hands out what the engine keeps for the mount; absent where there is none: `sys/` while sealed. */
  readonly open?: Pick<OpenMount, 'use' | 'signal'> | undefined;
  /** Relative to the mount. */
  readonly relative: string;
}

/** `sys/` before the mount table can be read. */
const SEALED_SYSTEM: MountView = {
  uuid: '',
  path: 'sys/',
  type: 'system',
  accessor: '',
  local: true,
  options: {},
  defaultLeaseTtlSeconds: 0,
  maxLeaseTtlSeconds: 0,
};

/** Finds what serves a request: the mount, then the engine's path. */
export class RequestRouter {
  readonly checkBody = checkBody;

  constructor(
    private readonly table: MountTable,
    private readonly registry: EngineRegistry,
  ) {}

  /** Waits for commits that the table does not show yet: to be awaited before `resolve`, where it is not `undefined`. */
  caughtUp(): Promise<void> | undefined {
    return this.table.caughtUp();
  }

  /** `help` finds any path of a mount. @throws {TidelockError} NO_HANDLER, UNSUPPORTED_PATH or UNSUPPORTED_OPERATION. */
  resolve(path: string, operation: Operation): ResolvedPath {
    const route = this.routeOf(path);
    const { mount, engine, options: engineOptions, open, relative } = route;
    const match = engine.match(operation, relative);
    if (match !== undefined) {
      const { declaration, instance, params } = match;
      return { mount, engineOptions, declaration, instance, open, params, relative };
    }
    if (operation === 'help') return helpOnly(route);
    if (engine.allowed(operation, relative).length === 0) throw new TidelockError('UNSUPPORTED_PATH', { multi: true });
    throw new UnsupportedOperation(engine.declarationsFor(relative));
  }

  /** What the system engine serves without a mount table; whether it does while sealed is for its declaration to say. */
  resolveWhileSealed(path: string, operation: Operation): ResolvedPath | undefined {
    const system = this.registry.find('secret', 'system');
    if (system === undefined || !path.startsWith(SEALED_SYSTEM.path)) return undefined;
    const relative = path.slice(SEALED_SYSTEM.path.length);
    const match = system.table.match(operation, relative);
    return match && { mount: SEALED_SYSTEM, engineOptions: system.options, relative, ...match };
  }

  storageOf(unit: UnitOfWork, { mount, engineOptions }: ResolvedPath): StorageView {
    return storageViewOf(unit, mount, engineOptions);
  }

  /** The mount's removal overtakes the unit from here on. Those that every cluster has are never gone. @throws {TidelockError} NO_HANDLER when the mount is gone. */
  async requireMounted(unit: UnitOfWork, { mount, engineOptions, relative }: ResolvedPath): Promise<void> {
    if (!engineOptions.singleton && !(await isMounted(unit, mount))) throw noHandler(mount.path + relative);
  }

  /** Answer to `?help=1`. @throws {TidelockError} NO_HANDLER. */
  help(path: string): EngineResponse {
    return helpFor(this.routeOf(path));
  }

  private routeOf(path: string): Route {
    const route = this.table.route(path);
    if (route === undefined) throw noHandler(path);
    return route;
  }
}

function helpOnly({ mount, options, instance = {}, relative }: Route): ResolvedPath {
  const declaration: PathDeclaration = { operations: ['help'], pattern: '', method: '', help: options.help };
  return { mount, engineOptions: options, declaration, instance, params: {}, relative };
}
