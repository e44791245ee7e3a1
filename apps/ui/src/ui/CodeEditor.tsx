import { lazy, Suspense } from 'react';
import type { CodeEditorProps } from './code';
import styles from './CodeEditor.module.css';
import { Skeleton } from './Skeleton';

// CodeMirror is as large as the rest of the UI: it is loaded where it is seen.
const CodeMirror = lazy(async () => ({ default: (await import('./CodeMirror')).CodeMirror }));

/** A text with line numbers, colours and places. Tab leaves it. */
export const CodeEditor = (props: CodeEditorProps) => (
  <div className={styles.frame} data-readonly={props.onText === undefined || undefined}>
    <Suspense fallback={<Skeleton lines={8} />}>
      <CodeMirror {...props} />
    </Suspense>
  </div>
);
