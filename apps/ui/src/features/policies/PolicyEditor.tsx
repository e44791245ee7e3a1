import { useMemo, useState } from 'react';
import { Card } from '../../ui/Card';
import type { CodeEditorProps } from '../../ui/code';
import { CodeEditor } from '../../ui/CodeEditor';
import { type Kind, KINDS } from './kinds';
import styles from './policies.module.css';
import { Problems } from './Problems';
import { withRefusal } from './refusal';
import { RulesTable } from './RulesTable';
import { UploadButton } from './UploadButton';

interface EditorProps {
  readonly kind: Kind;
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly onSave: () => void;
  readonly onFile: (name: string, text: string) => void;
  /** What the server said of this very text. */
  readonly refusal: string | undefined;
}

/** The text, what is wrong with it, and what it grants: all told while it is typed. */
export function PolicyEditor({ kind, text, onText, onSave, onFile, refusal }: EditorProps) {
  const [place, setPlace] = useState<CodeEditorProps['place']>();
  const read = useMemo(() => KINDS[kind].read(text), [kind, text]);
  const problems = useMemo(() => withRefusal(refusal, read), [read, refusal]);
  return (
    <div className={styles.sides}>
      <Card title="Policy" aside={<UploadButton onFile={onFile} />}>
        <CodeEditor
          label="Policy"
          language="hcl"
          value={text}
          onText={onText}
          onSave={onSave}
          problems={problems}
          place={place}
        />
        <Problems problems={problems} onGo={setPlace} />
        <p className={styles.note}>HCL or JSON. Ctrl S saves, Tab leaves the editor.</p>
      </Card>
      {kind === 'acl' && (
        <Card title="Rules">
          <RulesTable {...read} />
        </Card>
      )}
    </div>
  );
}
