/** A column's type, in words of both databases. */
type ColumnType = 'text' | 'binary' | 'integer';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable?: boolean;
}

/** A table as the fixed SQL needs it. The primary key is the first column. */
export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
}

export const text = (name: string, nullable = false): Column => ({ name, type: 'text', nullable });
export const binary = (name: string): Column => ({ name, type: 'binary' });
export const integer = (name: string, nullable = false): Column => ({ name, type: 'integer', nullable });
