/** A page has been gone to whose heading is not there yet. */
let isWanted = false;

/** Who reads by ear, or uses the keyboard, is led to the heading of the page that was gone to. */
export function focusHeading(): void {
  const heading = document.querySelector<HTMLElement>('main h1');
  isWanted = heading === null;
  heading?.setAttribute('tabindex', '-1');
  heading?.focus();
}

/** For the `ref` of a page's heading: it may come later than the page does. */
export function headingRef(heading: HTMLElement | null): void {
  if (isWanted && heading !== null) focusHeading();
}
