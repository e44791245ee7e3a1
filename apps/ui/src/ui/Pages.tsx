import { type ReactNode, useState } from 'react';
import { Button } from './Button';
import { countOf } from './format';
import styles from './Pages.module.css';

interface PagesProps<Item> {
  readonly items: readonly Item[];
  readonly size?: number;
  /** What they are, for who moves between the pages. */
  readonly of: string;
  readonly children: (shown: readonly Item[]) => ReactNode;
}

/** A long list a page at a time: what is not shown costs nothing. */
export function Pages<Item>({ items, size = 25, of, children }: PagesProps<Item>) {
  const [wanted, setWanted] = useState(0);
  const last = Math.max(0, Math.ceil(items.length / size) - 1);
  const page = Math.min(wanted, last);
  const from = page * size;
  const to = Math.min(from + size, items.length);
  return (
    <>
      {children(items.slice(from, to))}
      {last > 0 && (
        <nav className={styles.pages} aria-label={`Pages of ${of}`}>
          <Button disabled={page === 0} onClick={() => setWanted(page - 1)}>
            Previous
          </Button>
          <span role="status">
            {countOf(from + 1)} to {countOf(to)} of {countOf(items.length)}
          </span>
          <Button disabled={page === last} onClick={() => setWanted(page + 1)}>
            Next
          </Button>
        </nav>
      )}
    </>
  );
}
