import { useState } from 'react';
import { Button } from '../ui/Button';
import { Checkbox } from '../ui/Checkbox';
import { Dialog } from '../ui/Dialog';
import { actionOf, lettersAreOn, MODIFIER, setLetters } from '../ui/keys';
import { DESTINATIONS } from './destinations';
import styles from './KeysDialog.module.css';

type Row = readonly [does: string, ...keys: string[]];

const ALWAYS: readonly Row[] = [
  ['Go to a page, an engine or a path, or do something', MODIFIER, 'K'],
  ['Save what you edit', MODIFIER, 'S'],
  ['On to what comes next; at first past the navigation', 'Tab'],
  ['From item to item in a menu', '↑', '↓'],
  ['Close what is open', 'Esc'],
];

/** Those that do something on this page, and those that lead away from it. */
const letterRows = (): readonly Row[] => [
  ['Filter what is listed', '/'],
  ...(actionOf('n') ? [['Something new', 'n'] as const] : []),
  ...(actionOf('e') ? [['Edit', 'e'] as const] : []),
  ...DESTINATIONS.flatMap(({ pages }) => pages).flatMap(({ title, fullTitle = title, letter }): Row[] =>
    letter === undefined ? [] : [[fullTitle, 'g', letter]],
  ),
  ['These keys', '?'],
];

/** What can be done by keys, here and everywhere. */
export function KeysDialog({ onClose }: { readonly onClose: () => void }) {
  const [areOn, setOn] = useState(lettersAreOn);
  const turn = (on: boolean): void => {
    setLetters(on);
    setOn(on);
  };
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose} actions={<Button onClick={onClose}>Close</Button>}>
      <Keys rows={ALWAYS} />
      {areOn && <Keys rows={letterRows()} />}
      <Checkbox checked={areOn} onCheck={turn}>
        Single letters do something, where nobody is typing
      </Checkbox>
    </Dialog>
  );
}

const Keys = ({ rows }: { readonly rows: readonly Row[] }) => (
  <dl className={styles.keys}>
    {rows.map(([does, ...keys]) => (
      <div key={does}>
        <dt>{does}</dt>
        <dd>
          {keys.map((key) => (
            <kbd key={key}>{key}</kbd>
          ))}
        </dd>
      </div>
    ))}
  </dl>
);
