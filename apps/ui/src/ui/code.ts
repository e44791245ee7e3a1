/** Something in a text that is wrong, or strange. Both numbers count from 1. */
export interface CodeProblem {
  readonly line: number;
  readonly column: number;
  readonly text: string;
  readonly kind: 'error' | 'warning';
}

export interface CodeEditorProps {
  readonly label: string;
  readonly language: 'hcl' | 'json';
  readonly value: string;
  /** Absent: it is shown, not edited. */
  readonly onText?: (text: string) => void;
  /** Ctrl S or ⌘ S. */
  readonly onSave?: () => void;
  /** Underlined. Say them in words beside the editor, too. */
  readonly problems?: readonly CodeProblem[];
  /** Where a reader is led to; a new object leads there anew. */
  readonly place?: { readonly line: number; readonly column?: number } | undefined;
}
