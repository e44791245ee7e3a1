import {
  type EngineInstance,
  type EngineKind,
  engineOfPart,
  type EngineOptions,
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

/** All engines and auth methods that this build has, by kind, type and version. */
export class EngineRegistry {
  private readonly engines = new Map<string, RegisteredEngine>();
  /** By kind and alias. */
  private readonly aliases = new Map<string, MountableType>();

  constructor(engines: readonly EngineInstance[] = [], parts: readonly EngineInstance[] = []) {
    this.register(engines, parts);
  }

  /**
   * Fills the registry. Engines are made after the rooms that look them up here, because they ask those rooms.
   *
   * @param engines providers marked with `@Engine`.
   * @param parts   providers marked with `@EnginePart`.
   * @throws {Error} for a part whose engine is missing, and for an engine or an alias that is there twice.
   */
  register(engines: readonly EngineInstance[], parts: readonly EngineInstance[]): void {
    const classes = new Set<object>(engines.map(({ constructor }) => constructor));
    const orphan = parts.find(({ constructor }) => !classes.has(engineOfPart(constructor)));
    if (orphan !== undefined) throw new Error(`${orphan.constructor.name} is a part of an engine that is not there`);
    for (const instance of engines) {
      const own = parts.filter(({ constructor }) => engineOfPart(constructor) === instance.constructor);
      this.add({ options: engineOptions(instance.constructor), instance, table: new PathTable([instance, ...own]) });
    }
    const alias = [...this.aliases.keys()].find((name) => this.isKnown(name));
    if (alias !== undefined) throw new Error(`the alias ${alias} is a type of its own`);
  }

  /** @returns `undefined` for a type or version that this build does not have. */
  find(kind: EngineKind, type: string, version = '1'): RegisteredEngine | undefined {
    return this.engines.get(`${kind} ${type} ${version}`) ?? this.engines.get(`${kind} ${type} `);
  }

  /**
   * What a client may mount under the name `type`.
   *
   * @throws {TidelockError} INVALID_REQUEST for a type, or a version of it, that this build does not have.
   */
  mountable(kind: EngineKind, type: string, options: Readonly<Record<string, string>>): MountableType {
    const alias = this.aliases.get(`${kind} ${type}`);
    const mountable = { type: alias?.type ?? type, options: { ...options, ...alias?.options } };
    if (!this.isKnown(`${kind} ${mountable.type}`))
      throw new TidelockError('INVALID_REQUEST', { text: `plugin not found in the catalog: ${type}`, multi: true });
    if (this.find(kind, mountable.type, mountable.options['version']) === undefined) {
      throw badRequest(`unsupported version ${JSON.stringify(mountable.options['version'])} of "${mountable.type}"`);
    }
    return mountable;
  }

  /** Whether the service alone mounts the type, once. */
  isSingleton(type: string): boolean {
    return this.all().some(({ options }) => options.type === type && options.singleton === true);
  }

  private all(): readonly RegisteredEngine[] {
    return [...this.engines.values()];
  }

  /** @param name kind and type. */
  private isKnown(name: string): boolean {
    return this.all().some(({ options: { kind, type } }) => `${kind} ${type}` === name);
  }

  private add(engine: RegisteredEngine): void {
    const { kind, type, version, aliases = [] } = engine.options;
    const name = `${kind} ${type} ${version ?? ''}`;
    if (this.engines.has(name)) throw new Error(`the engine ${name} is registered twice`);
    this.engines.set(name, engine);
    for (const alias of aliases) {
      if (this.aliases.has(`${kind} ${alias}`)) throw new Error(`the alias ${kind} ${alias} is registered twice`);
      this.aliases.set(`${kind} ${alias}`, { type, options: version === undefined ? {} : { version } });
    }
  }
}
