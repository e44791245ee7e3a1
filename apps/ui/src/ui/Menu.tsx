import { type KeyboardEvent, type ReactNode, useId, useRef } from 'react';
import { Button } from './Button';
import styles from './Menu.module.css';

interface MenuProps {
  readonly name: string;
  readonly label: ReactNode;
  readonly children: ReactNode;
}

/** A disclosure of links and buttons. Arrow keys open it and move between them; whatever is chosen closes it. */
export function Menu({ name, label, children }: MenuProps) {
  const id = useId();
  const popover = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent<HTMLElement>): void => {
    const items = [...(popover.current?.querySelectorAll<HTMLElement>('a[href], button:not(:disabled)') ?? [])];
    const next = stepFor(event.key, items.indexOf(document.activeElement as HTMLElement), items.length);
    if (next === undefined) return;
    event.preventDefault();
    // Its button is what it hangs on.
    if (popover.current?.matches(':popover-open') === false) event.currentTarget.querySelector('button')?.click();
    items[next]?.focus();
  };
  return (
    <span onKeyDown={move}>
      <Button kind="quiet" popoverTarget={id} aria-label={name}>
        {label}
      </Button>
      <div
        ref={popover}
        id={id}
        popover="auto"
        className={styles.menu}
        onClick={({ target }) => (target as Element).closest('a, button') && popover.current?.hidePopover()}
      >
        {children}
      </div>
    </span>
  );
}

/** @param at -1: none of them, but what opens them. */
function stepFor(key: string, at: number, length: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return (at + 1) % length;
    case 'ArrowUp':
      return (Math.max(at, 0) + length - 1) % length;
    case 'Home':
      return 0;
    case 'End':
      return length - 1;
    default:
      return undefined;
  }
}
