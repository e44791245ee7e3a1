import { type KeyboardEvent, type ReactNode, useId, useRef } from 'react';
import { Button } from './Button';
import styles from './Menu.module.css';

interface MenuProps {
  readonly name: string;
  readonly label: ReactNode;
  readonly children: ReactNode;
}

/** A disclosure of links and buttons. Arrow keys move between them; whatever is chosen closes it. */
export function Menu({ name, label, children }: MenuProps) {
  const id = useId();
  const popover = useRef<HTMLDivElement>(null);
  return (
    <>
      <Button kind="quiet" popoverTarget={id} aria-label={name}>
        {label}
      </Button>
      <div
        ref={popover}
        id={id}
        popover="auto"
        className={styles.menu}
        onKeyDown={moveByArrows}
        onClick={({ target }) => (target as Element).closest('a, button') && popover.current?.hidePopover()}
      >
        {children}
      </div>
    </>
  );
}

function moveByArrows(event: KeyboardEvent<HTMLDivElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('a[href], button:not(:disabled)')];
  const at = items.indexOf(document.activeElement as HTMLElement);
  items.at((at + step) % items.length)?.focus();
}
