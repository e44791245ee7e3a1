import type { KeyedLeafChange, MerkleView } from './merkle-view';

/** The filtered trees in use, by name. None of them costs a commit nothing. */
export class MerkleViews {
  private readonly views = new Map<string, MerkleView>();

  add(name: string, view: MerkleView): void {
    if (this.views.has(name)) throw new Error(`there is a view "${name}" already`);
    this.views.set(name, view);
  }

  delete(name: string): void {
    this.views.delete(name);
  }

  change(records: ReadonlyMap<string, Buffer | null>, changes: readonly KeyedLeafChange[]): void {
    for (const view of this.views.values()) if (records.size > 0 || view.isDue) view.change(records, changes);
  }

  /** After the database was read anew, or a transaction failed. */
  async reload(): Promise<void> {
    for (const view of this.views.values()) await view.load();
  }

  /** By name, those that are whole. */
  roots(): Readonly<Record<string, string>> {
    const roots: Record<string, string> = {};
    for (const [name, { currentRoot }] of this.views) if (currentRoot !== undefined) roots[name] = currentRoot;
    return roots;
  }
}
