import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { actionOf, lettersAreOn } from '../ui/keys';
import { type PageKey, type Stroke, strokeOf } from '../ui/strokes';
import { DESTINATIONS } from './destinations';

/** The letter behind `g` has so long. */
const GOING_MS = 2000;

/** Has keys do what they are for, on every page of the frame; a dialog keeps them to itself. */
export function useShortcuts(show: (above: 'palette' | 'help') => void): void {
  const navigate = useNavigate();
  useEffect(() => {
    let goingSince = -Infinity;
    const act = (stroke: Stroke): (() => void) | undefined => {
      if (stroke === 'palette' || stroke === 'help') return () => show(stroke);
      if (stroke === 'go') return undefined;
      if (!stroke.startsWith('to-')) return actionOf(stroke as PageKey) ?? ownActionFor(stroke);
      const there = DESTINATIONS.flatMap(({ pages }) => pages).find(({ letter }) => letter === stroke.slice(3));
      return there && (() => void navigate({ to: there.to }));
    };
    const listen = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.repeat || document.querySelector('dialog[open]') !== null) return;
      const letters = !isTyping(event.composedPath()[0]) && lettersAreOn();
      const stroke = strokeOf(event, letters, event.timeStamp - goingSince < GOING_MS);
      // A shift, too, may stand between the two.
      if (event.key.length === 1) goingSince = stroke === 'go' ? event.timeStamp : -Infinity;
      const done = stroke && act(stroke);
      if (done === undefined) return;
      event.preventDefault();
      done();
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, [navigate, show]);
}

/** What a page need not say: its filter is its search field, and what is saved is the form in which somebody types. */
function ownActionFor(stroke: Stroke): (() => void) | undefined {
  const place =
    stroke === '/'
      ? document.querySelector<HTMLElement>('main input[type="search"]')
      : stroke === 'save'
        ? document.activeElement?.closest('form')?.querySelector<HTMLElement>('[type="submit"]:enabled')
        : undefined;
  return place ? () => (stroke === '/' ? place.focus() : place.click()) : undefined;
}

const NO_TEXT = /^(?:button|checkbox|color|file|image|radio|range|reset|submit)$/;

function isTyping(target: EventTarget | undefined): boolean {
  if (target instanceof HTMLInputElement) return !NO_TEXT.test(target.type);
  return (
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLElement && target.isContentEditable)
  );
}
