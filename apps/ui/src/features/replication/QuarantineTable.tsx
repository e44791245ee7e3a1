import type { QuarantinedMutation } from '@tidelock/api-answers';
import { useState } from 'react';
import { Button } from '../../ui/Button';
import { Checkbox } from '../../ui/Checkbox';
import { CopyButton } from '../../ui/CopyButton';
import { countOf } from '../../ui/format';
import { Table } from '../../ui/Table';
import styles from './QuarantinePage.module.css';
import { localMoment, toldMoment } from './told-moment';

const STEP = 200;

interface TableProps {
  readonly mutations: readonly QuarantinedMutation[];
  readonly marked: ReadonlySet<number>;
  readonly onMark: (marked: ReadonlySet<number>) => void;
}

/** The first ones; the others when they are asked for. */
export function QuarantineTable({ mutations, marked, onMark }: TableProps) {
  const [count, setCount] = useState(STEP);
  const isAll = mutations.every(({ index }) => marked.has(index));
  const mark = (index: number, on: boolean): void => {
    const next = new Set(marked);
    if (on) next.add(index);
    else next.delete(index);
    onMark(next);
  };
  return (
    <>
      <Checkbox checked={isAll} onCheck={(on) => onMark(new Set(on ? mutations.map(({ index }) => index) : []))}>
        Choose all
      </Checkbox>
      <Table caption="Mutations in quarantine" columns={['Chosen', 'Index', 'Epoch', 'Time', 'Path', 'Request id']}>
        {mutations.slice(0, count).map(({ index, epoch, time, path, request_id: request }) => (
          <tr key={`${epoch}/${index}`}>
            <td>
              <input
                type="checkbox"
                aria-label={`Choose ${countOf(index)}, ${path}`}
                checked={marked.has(index)}
                onChange={({ target }) => mark(index, target.checked)}
              />
            </td>
            <td>{countOf(index)}</td>
            <td>{countOf(epoch)}</td>
            <td className={styles.time}>
              <time dateTime={time} title={toldMoment(time)}>
                {localMoment(time)}
              </time>
            </td>
            <td>
              <code className={styles.path}>{path}</code>
            </td>
            <td>
              <div className={styles.request}>
                <code>{request}</code>
                <CopyButton text={request} of={`the request id of ${countOf(index)}`} />
              </div>
            </td>
          </tr>
        ))}
      </Table>
      {mutations.length > count && (
        <div>
          <Button onClick={() => setCount(count + STEP)}>
            Show more ({countOf(mutations.length - count)} are not shown)
          </Button>
        </div>
      )}
    </>
  );
}
