import { useEffect, useRef } from 'react';

/** What a page does by one key: to filter, to make something new, to edit, and Ctrl S to save. */
type PageKey = '/' | 'n' | 'e' | 'save';

const IS_TYPING = 'input, textarea, select, [contenteditable], dialog';

/** Has a key do something while the page is shown; `undefined`: nothing now. */
export function useKey(key: PageKey, action: (() => void) | undefined): void {
  const latest = useRef(action);
  useEffect(() => {
    latest.current = action;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (latest.current === undefined || keyOf(event) !== key) return;
      event.preventDefault();
      latest.current();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [key]);
}

function keyOf(event: KeyboardEvent): string | undefined {
  if (event.altKey) return undefined;
  if (event.ctrlKey || event.metaKey) return event.key.toLowerCase() === 's' ? 'save' : undefined;
  const isFree = !(event.target as Element).closest?.(IS_TYPING) && document.querySelector('dialog[open]') === null;
  return isFree ? event.key : undefined;
}
