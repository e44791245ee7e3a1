import { PlusIcon, XIcon } from '@primer/octicons-react';
import { Button } from '../../ui/Button';
import { type DraftRow, newRow } from './draft';
import styles from './kv.module.css';

interface FieldsProps {
  readonly rows: readonly DraftRow[];
  /** Values are to be read. */
  readonly isShown: boolean;
  /** Nothing but texts can be kept. */
  readonly isText?: boolean;
  readonly onRows: (rows: readonly DraftRow[]) => void;
}

export function DraftFields({ rows, isShown, isText = false, onRows }: FieldsProps) {
  const change = (id: number, part: Partial<DraftRow>): void =>
    onRows(rows.map((row) => (row.id === id ? { ...row, ...part } : row)));
  return (
    <div className={styles.fields}>
      <div className={styles.fieldNames} aria-hidden="true">
        <span>Key</span>
        <span>Value</span>
      </div>
      {rows.map((row, index) => (
        <FieldRow
          key={row.id}
          row={row}
          number={index + 1}
          isShown={isShown}
          isText={isText}
          onChange={(part) => change(row.id, part)}
          onRemove={() => onRows(rows.length === 1 ? [newRow()] : rows.filter(({ id }) => id !== row.id))}
        />
      ))}
      <div>
        <Button icon={<PlusIcon />} onClick={() => onRows([...rows, newRow()])}>
          Add a key
        </Button>
      </div>
    </div>
  );
}

interface RowProps {
  readonly row: DraftRow;
  readonly number: number;
  readonly isShown: boolean;
  readonly isText: boolean;
  readonly onChange: (part: Partial<DraftRow>) => void;
  readonly onRemove: () => void;
}

function FieldRow({ row: { key, value, kind }, number, isShown, isText, onChange, onRemove }: RowProps) {
  return (
    <div className={styles.field} role="group" aria-label={`Row ${number}`}>
      <input
        aria-label={`Key ${number}`}
        value={key}
        onChange={({ target }) => onChange({ key: target.value })}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
      />
      <textarea
        aria-label={`Value ${number}`}
        value={value}
        rows={1}
        data-masked={!isShown || undefined}
        onChange={({ target }) => onChange({ value: target.value })}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
      />
      {!isText && (
        <select
          aria-label={`Kind of ${number}`}
          value={kind}
          onChange={({ target }) => onChange({ kind: target.value as DraftRow['kind'] })}
        >
          <option value="text">text</option>
          <option value="json">JSON</option>
        </select>
      )}
      <Button kind="quiet" aria-label={`Remove row ${number}`} icon={<XIcon />} onClick={onRemove} />
    </div>
  );
}
