import { type EngineInstance, type Operation, type PathDeclaration, pathsOf } from '@tidelock/engine-api';
import { parsePattern } from './pattern';
import { type PathEntry, type PathLeaf, PathNode } from './path-node';

export interface PathMatch {
  readonly declaration: PathDeclaration;
  /** The provider whose method `declaration.method` serves the path: the engine or one of its parts. */
  readonly instance: EngineInstance;
  readonly params: Readonly<Record<string, string>>;
}

/**
 * The paths that an engine and its parts declare, compiled for lookup.
 *
 * The most specific pattern wins, compared segment by segment from the left: a literal before `:name`, before
 * `*name/literal`, before `*name`. Patterns never end in `/`. A list's path does, and loses it before the match, so that
 * `*path` captures `app/db` from `metadata/app/db/`. Other operations keep a trailing `/`: `data/app/` is not `data/app`,
 * for policies tell the two apart.
 */
export class PathTable {
  private readonly root = new PathNode();
  /** In order of declaration. */
  readonly declarations: PathDeclaration[] = [];

  constructor(instances: readonly EngineInstance[]) {
    for (const instance of instances)
      for (const declaration of pathsOf(instance.constructor)) this.add(declaration, instance);
    this.root.close();
  }

  /** @param relative path below the mount. @returns `undefined` when no pattern matches, or none with this operation. */
  match(operation: Operation, relative: string): PathMatch | undefined {
    const captures: string[] = [];
    const entry = this.leafOf(operation, relative, captures)?.find(operation);
    if (entry === undefined) return undefined;
    const { declaration, instance } = entry;
    return { declaration, instance, params: paramsOf(entry, captures) };
  }

  /** What may be done with a path; empty when no pattern matches. Tells 405 from 404 after `match` found nothing. */
  allowed(operation: Operation, relative: string): readonly Operation[] {
    return this.leafOf(operation, relative, [])?.allowed ?? [];
  }

  /** All declarations of the pattern that serves a path, for its help. */
  declarationsFor(relative: string): readonly PathDeclaration[] {
    return (this.leafOf('list', relative, [])?.entries ?? []).map(({ declaration }) => declaration);
  }

  private leafOf(operation: Operation, relative: string, captures: string[]): PathLeaf | undefined {
    const whole = operation !== 'list' || !relative.endsWith('/');
    const path = whole ? relative : relative.slice(0, -1);
    return this.root.find(path, path === '' ? 1 : 0, captures);
  }

  private add(declaration: PathDeclaration, instance: EngineInstance): void {
    const parts = parsePattern(declaration.pattern);
    const names = parts.flatMap((part) => (part.kind === 'literal' ? [] : [part.name]));
    this.root.add(parts, { declaration, instance, names });
    this.declarations.push(declaration);
  }
}

function paramsOf({ names }: PathEntry, captures: readonly string[]): Readonly<Record<string, string>> {
  const params: Record<string, string> = {};
  for (let at = 0; at < names.length; at += 1) params[names[at] as string] = captures[at] ?? '';
  return params;
}
