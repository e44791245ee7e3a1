interface Node<T> {
  readonly below: Map<string, Node<T>>;
  entry?: T;
}

/** Values by mount path, found by whole segments. Paths end in `/`. */
export class MountIndex<T> {
  private readonly root: Node<T> = { below: new Map() };

  set(path: string, entry: T): void {
    let node = this.root;
    for (const segment of path.slice(0, -1).split('/')) {
      let next = node.below.get(segment);
      if (next === undefined) node.below.set(segment, (next = { below: new Map() }));
      node = next;
    }
    node.entry = entry;
  }

  /** The entry with the longest path that begins `path`; `secret` counts as `secret/`. */
  route(path: string): T | undefined {
    let found: T | undefined;
    let node: Node<T> | undefined = this.root;
    for (let from = 0; from <= path.length;) {
      const slash = path.indexOf('/', from);
      const end = slash < 0 ? path.length : slash;
      node = node.below.get(path.slice(from, end));
      if (node === undefined) return found;
      found = node.entry ?? found;
      from = end + 1;
    }
    return found;
  }

  /** An entry at `path`, above or below it: one that it could not stand beside. */
  conflict(path: string): T | undefined {
    const above = this.route(path);
    if (above !== undefined) return above;
    let node: Node<T> | undefined = this.root;
    for (const segment of path.slice(0, -1).split('/')) node = node?.below.get(segment);
    return node && firstOf(node);
  }
}

function firstOf<T>(node: Node<T>): T | undefined {
  if (node.entry !== undefined) return node.entry;
  for (const child of node.below.values()) {
    const found = firstOf(child);
    if (found !== undefined) return found;
  }
  return undefined;
}
