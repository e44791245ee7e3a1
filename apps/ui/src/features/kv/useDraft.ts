import { useState } from 'react';
import { type DraftRow, type Entered, enteredAs, enteredIn, isSame, rowsOf } from './draft';
import { type SecretData, textOf } from '../../api/exact-json';

export interface Draft {
  readonly mode: 'fields' | 'json';
  readonly rows: readonly DraftRow[];
  readonly text: string;
  readonly entered: Entered;
  /** Why the other form cannot show what was entered. */
  readonly refusal: string | undefined;
  readonly setRows: (rows: readonly DraftRow[]) => void;
  readonly setText: (text: string) => void;
  /** Shows what was entered in the other form. What cannot be shown there stays as it is. */
  readonly turn: () => void;
  readonly differsFrom: (data: SecretData) => boolean;
}

/** What is entered for a secret, as fields or as JSON: one of them is what counts. */
export function useDraft(initial: SecretData): Draft {
  const [mode, setMode] = useState<Draft['mode']>('fields');
  const [rows, setRows] = useState(() => rowsOf(initial));
  const [text, setText] = useState('');
  const [refusal, setRefusal] = useState<string>();
  const entered = mode === 'fields' ? enteredIn(rows) : enteredAs(text);
  const turn = (): void => {
    setRefusal(entered.fault);
    if (entered.fault !== undefined) return;
    if (mode === 'fields') setText(textOf(entered.data));
    else setRows(rowsOf(entered.data));
    setMode(mode === 'fields' ? 'json' : 'fields');
  };
  const heard =
    <Value>(set: (value: Value) => void) =>
    (value: Value): void => {
      setRefusal(undefined);
      set(value);
    };
  return {
    mode,
    rows,
    text,
    entered,
    refusal,
    setRows: heard(setRows),
    setText: heard(setText),
    turn,
    differsFrom: (data) => entered.fault !== undefined || !isSame(entered.data, data),
  };
}
