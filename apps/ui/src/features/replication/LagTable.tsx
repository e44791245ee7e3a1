import { durationOf, momentOf } from '../../ui/format';
import { Table } from '../../ui/Table';
import type { LagSeries } from './lag-series';
import styles from './LagTable.module.css';

/** The newest first; what the chart shows, for those who do not see it. */
export function LagTable({ lines: { names, seconds, figures } }: { readonly lines: LagSeries }) {
  const rows = seconds.map((second, at) => ({ second, at })).reverse();
  return (
    <div className={styles.table}>
      <Table caption="Replication lag" columns={['Time', ...names]}>
        {rows.slice(0, 100).map(({ second, at }) => (
          <tr key={second}>
            <th scope="row">{momentOf(second * 1000)}</th>
            {figures.map((own, line) => {
              const figure = own[at] ?? null;
              return <td key={names[line]}>{figure === null ? '–' : durationOf(figure)}</td>;
            })}
          </tr>
        ))}
      </Table>
    </div>
  );
}
