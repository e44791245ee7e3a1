import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useRef, useState } from 'react';
import styles from './kv.module.css';
import { moveByArrows, NameLink, type NamesProps } from './NameLink';

/** Until it is measured. */
const ROW_PX = 40;

/** Has only those rows that are in sight: ten thousand names are as quick as ten. */
export function LongList(props: NamesProps) {
  const { label, names } = props;
  const list = useRef<HTMLUListElement>(null);
  const [scrollMargin, setMargin] = useState(0);
  useLayoutEffect(() => setMargin(list.current?.offsetTop ?? 0), [names]);
  const rows = useWindowVirtualizer({ count: names.length, estimateSize: () => ROW_PX, overscan: 15, scrollMargin });
  return (
    <ul
      ref={list}
      className={styles.names}
      aria-label={label}
      style={{ position: 'relative', height: rows.getTotalSize() }}
      onKeyDown={moveByArrows}
    >
      {rows.getVirtualItems().map(({ index, start }) => (
        <li
          key={names[index]}
          ref={rows.measureElement}
          data-index={index}
          aria-setsize={names.length}
          aria-posinset={index + 1}
          style={{ position: 'absolute', width: '100%', transform: `translateY(${start - scrollMargin}px)` }}
        >
          <NameLink {...props} name={names[index] as string} />
        </li>
      ))}
    </ul>
  );
}
