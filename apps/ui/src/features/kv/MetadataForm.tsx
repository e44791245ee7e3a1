import { useState } from 'react';
import { useWrite } from '../../session/read';
import { Alert } from '../../ui/Alert';
import { AsCommand } from '../../ui/AsCommand';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { Failure } from '../../ui/Failure';
import { flash } from '../../ui/flashes';
import { Form } from '../../ui/Form';
import { type KvMount, type Settings, writeMetadata } from './calls';
import { enteredIn, rowsOf } from './draft';
import { DraftFields } from './DraftFields';
import { shownAs } from '../../api/exact-json';
import styles from './kv.module.css';
import { limitDraftOf, LimitFields, limitsIn } from './LimitFields';
import { changesOf } from './metadata-changes';
import type { Metadata } from './secret';
import { GoesToPrimary } from './SecretHead';

interface FormProps {
  readonly mount: KvMount;
  readonly name: string;
  readonly metadata: Metadata;
  readonly onClose: () => void;
}

export function MetadataForm({ mount, name, metadata, onClose }: FormProps) {
  const [was] = useState(() => settingsOf(metadata));
  const [rows, setRows] = useState(() => rowsOf(was.custom_metadata));
  const [limits, setLimits] = useState(() => limitDraftOf(was));
  const entered = enteredIn(rows.map((row) => ({ ...row, kind: 'text' })));
  const write = useWrite(() => {
    flash(`The metadata of ${name} is saved.`);
    onClose();
  });
  // Texts with a fault are no texts: a command without them would delete those that are kept.
  const request =
    entered.fault === undefined
      ? writeMetadata(mount, name, changesOf(was, { ...limitsIn(limits), custom_metadata: entered.data }))
      : undefined;
  return (
    <Form className={styles.editor} onSend={() => request && write.mutate(request)}>
      <Card title="Custom metadata">
        <DraftFields rows={rows} isShown isText onRows={setRows} />
        {entered.fault !== undefined && <Alert kind="bad">{entered.fault}</Alert>}
      </Card>
      <Card title="Versions">
        <LimitFields draft={limits} onDraft={setLimits} />
      </Card>
      <GoesToPrimary mount={mount} />
      <Failure of={write.error} />
      <div className={styles.buttons}>
        <Button type="submit" kind="primary" busy={write.isPending}>
          Save
        </Button>
        <Button onClick={onClose}>Cancel</Button>
        {request && <AsCommand request={request} />}
      </div>
    </Form>
  );
}

/** As the form began. */
const settingsOf = (metadata: Metadata): Settings => ({
  ...limitsIn(limitDraftOf(metadata)),
  custom_metadata: Object.fromEntries(
    Object.entries(metadata.custom_metadata ?? {}).map(([key, value]) => [key, shownAs(value)]),
  ),
});
