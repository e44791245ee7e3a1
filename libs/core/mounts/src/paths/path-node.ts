import type { EngineInstance, Operation, PathDeclaration } from '@tidelock/engine-api';
import type { PatternPart } from './pattern';

/** A declaration, with the names of what its pattern captures, in order. */
export interface PathEntry {
  readonly declaration: PathDeclaration;
  readonly instance: EngineInstance;
  readonly names: readonly string[];
}

/** Everything declared on patterns of one shape. */
export class PathLeaf {
  readonly allowed: Operation[] = [];
  readonly entries: PathEntry[] = [];
  private readonly byOperation = new Map<Operation, PathEntry>();

  add(entry: PathEntry): void {
    this.entries.push(entry);
    for (const operation of entry.declaration.operations) {
      if (this.byOperation.has(operation))
        throw new Error(`"${entry.declaration.pattern}" has two handlers for ${operation}`);
      this.byOperation.set(operation, entry);
      this.allowed.push(operation);
    }
  }

  /** What `other` allows besides. */
  fill(other: PathLeaf): void {
    for (const entry of other.entries) {
      const operations = entry.declaration.operations.filter((operation) => !this.byOperation.has(operation));
      for (const operation of operations) this.byOperation.set(operation, entry);
      this.allowed.push(...operations);
      this.entries.push(entry);
    }
  }

  /** A creation is an update unless declared, and the reverse; help is there for every path. */
  find(operation: Operation): PathEntry | undefined {
    const entry = this.byOperation.get(operation);
    if (entry !== undefined) return entry;
    if (operation === 'create') return this.byOperation.get('update');
    if (operation === 'update') return this.byOperation.get('create');
    return operation === 'help' ? this.entries[0] : undefined;
  }
}

/** A segment of the trie. Searched from the most to the least specific: literal, parameter, rest with an end, rest. */
export class PathNode {
  private readonly literals = new Map<string, PathNode>();
  private parameter: PathNode | undefined;
  /** `*path/tune`: what follows the rest, with its leading `/`; the longest first. */
  private readonly endings: { readonly ending: string; readonly leaf: PathLeaf }[] = [];
  private rest: PathLeaf | undefined;
  private leaf: PathLeaf | undefined;
  private emptyRest: PathLeaf | undefined;

  add(parts: readonly PatternPart[], entry: PathEntry): void {
    const [part, ...others] = parts;
    if (part === undefined) (this.leaf ??= new PathLeaf()).add(entry);
    else if (part.kind === 'literal') child(this.literals, part.text).add(others, entry);
    else if (part.kind === 'parameter') (this.parameter ??= new PathNode()).add(others, entry);
    else this.addRest(part.mayBeEmpty, others, entry);
  }

  private addRest(mayBeEmpty: boolean, others: readonly PatternPart[], entry: PathEntry): void {
    const ending = others.map((part) => (part.kind === 'literal' ? `/${part.text}` : '')).join('');
    if (ending === '') (this.rest ??= new PathLeaf()).add(entry);
    else this.endingLeaf(ending).add(entry);
    if (mayBeEmpty) (this.emptyRest ??= new PathLeaf()).add(entry);
  }

  private endingLeaf(ending: string): PathLeaf {
    const known = this.endings.find((other) => other.ending === ending);
    if (known !== undefined) return known.leaf;
    const leaf = new PathLeaf();
    this.endings.push({ ending, leaf });
    this.endings.sort((a, b) => b.ending.length - a.ending.length);
    return leaf;
  }

  /** A rest that captures nothing is the same pattern as the one without it. Called once, when all is added. */
  close(): void {
    if (this.emptyRest !== undefined) (this.leaf ??= new PathLeaf()).fill(this.emptyRest);
    for (const node of this.literals.values()) node.close();
    this.parameter?.close();
  }

  /**
   * @param from     where the next segment begins; beyond the path's end when there is none.
   * @param captures receives what the pattern captures.
   */
  find(path: string, from: number, captures: string[]): PathLeaf | undefined {
    if (from > path.length) return this.leaf;
    const slash = path.indexOf('/', from);
    const end = slash < 0 ? path.length : slash;
    const segment = path.slice(from, end);
    const found = this.literals.get(segment)?.find(path, end + 1, captures);
    return found ?? this.findParameter(path, segment, end + 1, captures) ?? this.findRest(path, from, captures);
  }

  private findParameter(path: string, segment: string, next: number, captures: string[]): PathLeaf | undefined {
    if (this.parameter === undefined || segment === '') return undefined;
    const depth = captures.push(segment);
    const found = this.parameter.find(path, next, captures);
    if (found === undefined) captures.length = depth - 1;
    return found;
  }

  private findRest(path: string, from: number, captures: string[]): PathLeaf | undefined {
    for (const { ending, leaf } of this.endings) {
      const end = path.length - ending.length;
      if (end <= from || !path.endsWith(ending)) continue;
      captures.push(path.slice(from, end));
      return leaf;
    }
    if (this.rest !== undefined && from < path.length) captures.push(path.slice(from));
    return from < path.length ? this.rest : undefined;
  }
}

function child(nodes: Map<string, PathNode>, text: string): PathNode {
  const node = nodes.get(text) ?? new PathNode();
  nodes.set(text, node);
  return node;
}
