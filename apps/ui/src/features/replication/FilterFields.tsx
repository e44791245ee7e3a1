import { useState } from 'react';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { TextField } from '../../ui/Field';
import { Loaded } from '../../ui/Loaded';
import { useOffered } from './filters';
import { MountTree } from './MountTree';
import {
  type Choice,
  type MountGroup,
  type PathsFilter,
  pathIn,
  unmatchedIn,
  withoutPath,
  withPath,
} from './paths-filter';
import styles from './FilterFields.module.css';
import { WhatItSees } from './WhatItSees';

const KINDS = [
  ['everything', 'Include everything', 'All replicated mounts, those that are made later, too.'],
  ['allow', 'Allow', 'Only what is chosen here. What is made later stays hidden.'],
  ['deny', 'Deny', 'All but what is chosen here. What is made later is shown.'],
] as const;

interface FilterProps {
  /** Of the secondary; `""`: it has none yet. */
  readonly id: string;
  /** It has not joined: nothing is deleted, nothing sent. */
  readonly isNew: boolean;
  /** What counts until now. */
  readonly before: Choice;
  readonly choice: Choice;
  readonly onChoice: (choice: Choice) => void;
}

/** Which mounts a secondary is given, and what that makes it see. */
export function FilterFields(props: FilterProps) {
  const { choice, onChoice } = props;
  const offered = useOffered();
  // Going from one to the other keeps what is chosen.
  const [paths, setPaths] = useState<readonly string[]>([]);
  const chosen = choice?.paths ?? paths;
  const choose = (kind: (typeof KINDS)[number][0]): void => {
    setPaths(chosen);
    onChoice(kind === 'everything' ? undefined : { mode: kind, paths: chosen });
  };
  return (
    <>
      <fieldset className={styles.kinds}>
        <legend>Filtered paths</legend>
        {KINDS.map(([kind, label, help]) => (
          <label key={kind}>
            <input
              type="radio"
              name="filtered-paths"
              aria-label={label}
              aria-describedby={`filter-${kind}`}
              checked={(choice?.mode ?? 'everything') === kind}
              onChange={() => choose(kind)}
            />
            <span>
              <strong>{label}</strong>
              <span id={`filter-${kind}`}>{help}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <Loaded of={offered}>
        {(groups) => (
          <div className={styles.panes} data-alone={choice === undefined || undefined}>
            {choice && <Paths groups={groups} choice={choice} onChoice={onChoice} />}
            <WhatItSees {...props} mounts={groups.flatMap(({ mounts }) => mounts)} />
          </div>
        )}
      </Loaded>
    </>
  );
}

interface PathsProps {
  readonly groups: readonly MountGroup[];
  readonly choice: PathsFilter;
  readonly onChoice: (choice: PathsFilter) => void;
}

function Paths({ groups, choice, onChoice }: PathsProps) {
  const [search, setSearch] = useState('');
  const later = unmatchedIn(
    choice,
    groups.flatMap(({ mounts }) => mounts),
  );
  const mark = (path: string, on: boolean): void =>
    onChoice({ ...choice, paths: on ? withPath(choice.paths, path) : withoutPath(choice.paths, path) });
  return (
    <section className={styles.pane} aria-label="Mounts">
      <h3>{choice.mode === 'allow' ? 'Give only' : 'Keep back'}</h3>
      <TextField label="Search mounts" type="search" value={search} onText={setSearch} spellCheck={false} />
      {groups.map((group) => (
        <MountTree key={group.name} group={group} search={search.trim()} paths={choice.paths} onMark={mark} />
      ))}
      {later.length > 0 && (
        <ul className={styles.later} aria-label="Paths without a mount">
          {later.map((path) => (
            <li key={path}>
              <code>{path}</code> <span>no mount yet</span>
              <Button kind="quiet" aria-label={`Remove ${path}`} onClick={() => mark(path, false)}>
                Remove
              </Button>
            </li>
          ))}
        </ul>
      )}
      <AnotherPath onAdd={(path) => mark(path, true)} />
      {choice.mode === 'allow' && choice.paths.length === 0 && (
        <Alert kind="warn" title="Nothing is chosen.">
          Nothing but the data of the system replicates: policies, identities, no secret and no login method.
        </Alert>
      )}
    </section>
  );
}

/** A filter may come before its mount. Enter adds it, and does not send the form that this stands in. */
function AnotherPath({ onAdd }: { readonly onAdd: (path: string) => void }) {
  const [text, setText] = useState('');
  const path = pathIn(text);
  const add = (): void => {
    if (path === undefined) return;
    onAdd(path);
    setText('');
  };
  return (
    <div className={styles.another}>
      <TextField
        label="Another mount or folder"
        placeholder="team/"
        value={text}
        onText={setText}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          add();
        }}
        spellCheck={false}
      />
      <Button disabled={path === undefined} onClick={add}>
        Add path
      </Button>
    </div>
  );
}
