import { SearchIcon } from '@primer/octicons-react';
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import { type Entry, useEntries } from './entries';
import styles from './Palette.module.css';

interface PaletteProps {
  /** Addresses below `/ui` where this tab has been, the last one first. */
  readonly recent: readonly string[];
  readonly onHelp: () => void;
  readonly onClose: () => void;
}

/** Every page, and what can be done, by a few letters of its name. */
export function Palette({ recent, onHelp, onClose }: PaletteProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={styles.palette}
      aria-label="Go to, or do"
      // It is told of late: what stands in its place by then has nothing to do with it.
      onClose={({ currentTarget }) => currentTarget.isConnected && onClose()}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={({ target }) => target === dialog.current && onClose()}
    >
      <Search recent={recent} onHelp={onHelp} onClose={onClose} />
    </dialog>
  );
}

/** The focus stays in the field; which line is meant is told by its id. */
function Search({ recent, onHelp, onClose }: PaletteProps) {
  const id = useId();
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const entries = useEntries(typed, recent, onHelp);
  const choose = (entry: Entry | undefined): void => {
    if (entry === undefined) return;
    onClose();
    entry.choose();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = stepFor(event.key, at, entries.length);
    if (next !== undefined) setAt(next);
    else if (event.key === 'Enter') choose(entries[at]);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <div className={styles.field}>
        <SearchIcon />
        <input
          role="combobox"
          aria-label="Go to, or do"
          aria-expanded="true"
          aria-controls={id}
          aria-autocomplete="list"
          aria-activedescendant={entries.length > 0 ? `${id}-${at}` : undefined}
          placeholder="A page, an engine, a path, something to do"
          autoComplete="off"
          spellCheck={false}
          autoFocus
          value={typed}
          onChange={({ target }) => {
            setTyped(target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <ul id={id} role="listbox" aria-label="What answers" className={styles.entries}>
        {entries.map((entry, index) => (
          <Line
            // Its place: the versions of a secret have one name.
            key={index}
            id={`${id}-${index}`}
            entry={entry}
            isMeant={index === at}
            onChoose={() => choose(entry)}
          />
        ))}
      </ul>
      {entries.length === 0 && (
        <p className={styles.nothing}>Nothing has that name. A whole path of the API leads to its page.</p>
      )}
      <p role="status" className="visually-hidden">
        {entries.length === 1 ? 'One answer' : `${entries.length} answers`}
      </p>
    </>
  );
}

interface LineProps {
  readonly id: string;
  readonly entry: Entry;
  readonly isMeant: boolean;
  readonly onChoose: () => void;
}

function Line({ id, entry: { title, detail, kind }, isMeant, onChoose }: LineProps) {
  const line = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isMeant) line.current?.scrollIntoView({ block: 'nearest' });
  }, [isMeant]);
  return (
    <li ref={line} id={id} role="option" aria-selected={isMeant} onClick={onChoose}>
      <span>{title}</span>
      {detail !== undefined && detail !== '' && <span className={styles.detail}>{detail}</span>}
      <span className={styles.kind}>{kind}</span>
    </li>
  );
}

/** @returns where a key leads in a list that goes round; `undefined`: it is for something else. */
function stepFor(key: string, at: number, length: number): number | undefined {
  const last = Math.max(0, length - 1);
  switch (key) {
    case 'ArrowDown':
      return at >= last ? 0 : at + 1;
    case 'ArrowUp':
      return at <= 0 ? last : at - 1;
    case 'PageDown':
      return Math.min(last, at + 8);
    case 'PageUp':
      return Math.max(0, at - 8);
    default:
      return undefined;
  }
}
