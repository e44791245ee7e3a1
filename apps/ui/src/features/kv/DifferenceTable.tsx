import { DashIcon, DiffAddedIcon, DiffModifiedIcon, DiffRemovedIcon } from '@primer/octicons-react';
import { Table } from '../../ui/Table';
import type { Difference } from './differences';
import styles from './kv.module.css';
import { MaskedValue } from './SecretRows';

const ICONS = { added: DiffAddedIcon, removed: DiffRemovedIcon, changed: DiffModifiedIcon, same: DashIcon } as const;

interface TableProps {
  readonly caption: string;
  /** What stands left, and what right. */
  readonly sides: readonly [old: string, now: string];
  readonly differences: readonly Difference[];
  readonly isShown: boolean;
}

export function DifferenceTable({ caption, sides, differences, isShown }: TableProps) {
  return (
    <Table caption={caption} columns={['Key', 'Change', ...sides]}>
      {differences.map(({ key, word, old, now }) => {
        const Icon = ICONS[word];
        return (
          <tr key={key} className={styles.difference} data-word={word}>
            <th scope="row">{key}</th>
            <td>
              <span className={styles.change}>
                <Icon /> {word}
              </span>
            </td>
            <td>
              <Side value={old} isShown={isShown} kind="old" />
            </td>
            <td>
              <Side value={now} isShown={isShown} kind="now" />
            </td>
          </tr>
        );
      })}
    </Table>
  );
}

interface SideProps {
  readonly value: string | undefined;
  readonly isShown: boolean;
  readonly kind: 'old' | 'now';
}

function Side({ value, isShown, kind }: SideProps) {
  if (value === undefined) return <span className={styles.none}>not there</span>;
  if (!isShown) return <MaskedValue />;
  const Mark = kind === 'old' ? 'del' : 'ins';
  return (
    <pre>
      <Mark>{value}</Mark>
    </pre>
  );
}
