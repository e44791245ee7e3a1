import {
  type EngineInstance,
  type EngineKind,
  type EngineOptions,
  enginePartType,
  engineOptions,
} from '@tidelock/engine-api';
import { badRequest, TidelockError } from '@tidelock/kernel';
import { PathTable } from '../paths/path-table';

/** An engine class, ready to serve its mounts. */
export interface RegisteredEngine {
  readonly options: EngineOptions;
  /** The provider marked with `@Engine`; it has the life-cycle methods. */
  readonly instance: EngineInstance;
  /** Paths of the engine and of all its parts. */
  readonly table: PathTable;
}

/** The type to mount, other names of types resolved. */
export interface MountableType {
  readonly type: string;
  readonly options: Readonly<Record<string, string>>;
}

/** Other names under which Vault mounts a type. */
const ALIASES: Readonly<Record<string, MountableType>> = {
  'kv-v1': { type: 'kv', options: { version: '1' } },
  'kv-v2': { type: 'kv', options: { version: '2' } },
  generic: { type: 'kv', options: { version: '1' } },
};

/** All engines and auth methods that this build has. */
export class EngineRegistry {
  private engines: readonly RegisteredEngine[] = [];

  constructor(engines: readonly EngineInstance[] = [], parts: readonly EngineInstance[] = []) {
    this.register(engines, parts);
  }

  /**
   * Fills the registry. Engines are made after the rooms that look them up here, because they ask those rooms.
   *
   * @param engines providers marked with `@Engine`.
   * @param parts   providers marked with `@EnginePart`.
   * @throws {Error} for a part whose engine is missing, or an engine that is there twice.
   */
  register(engines: readonly EngineInstance[], parts: readonly EngineInstance[]): void {
    const partsOf = groupByType(parts);
    this.engines = engines.map((instance) => {
      const options = engineOptions(instance.constructor);
      return { options, instance, table: new PathTable([instance, ...(partsOf.get(options.type) ?? [])]) };
    });
    const names = this.engines.map(({ options }) => `${options.kind} ${options.type} ${options.version ?? ''}`);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) throw new Error(`the engine ${twice} is registered twice`);
    for (const type of partsOf.keys()) {
      if (!this.engines.some(({ options }) => options.type === type))
        throw new Error(`parts of "${type}", but no engine`);
    }
  }

  /** @returns `undefined` for a type or version that this build does not have. */
  find(kind: EngineKind, type: string, version?: string): RegisteredEngine | undefined {
    const candidates = this.engines.filter(({ options }) => options.kind === kind && options.type === type);
    const [only] = candidates;
    if (candidates.length === 1 && only?.options.version === undefined) return only;
    return candidates.find(({ options }) => options.version === (version ?? '1'));
  }

  /**
   * What a client may mount under the name `type`.
   *
   * @throws {TidelockError} INVALID_REQUEST for a type, or a version of it, that this build does not have.
   */
  mountable(kind: EngineKind, type: string, options: Readonly<Record<string, string>>): MountableType {
    const alias = kind === 'secret' ? ALIASES[type] : undefined;
    const mountable = { type: alias?.type ?? type, options: { ...options, ...alias?.options } };
    const known = this.engines.some((engine) => engine.options.kind === kind && engine.options.type === mountable.type);
    if (!known)
      throw new TidelockError('INVALID_REQUEST', { text: `plugin not found in the catalog: ${type}`, multi: true });
    if (this.find(kind, mountable.type, mountable.options['version']) === undefined) {
      throw badRequest(`unsupported version ${JSON.stringify(mountable.options['version'])} of "${mountable.type}"`);
    }
    return mountable;
  }

  /** Types that can be mounted, sorted. */
  types(kind: EngineKind): string[] {
    return [
      ...new Set(this.engines.filter(({ options }) => options.kind === kind).map(({ options }) => options.type)),
    ].sort();
  }
}

function typeOfPart(part: EngineInstance): string {
  const type = enginePartType(part.constructor);
  if (type === undefined) throw new Error(`${part.constructor.name} lacks @EnginePart()`);
  return type;
}

function groupByType(parts: readonly EngineInstance[]): Map<string, EngineInstance[]> {
  const groups = new Map<string, EngineInstance[]>();
  for (const part of parts) groups.set(typeOfPart(part), [...(groups.get(typeOfPart(part)) ?? []), part]);
  return groups;
}
