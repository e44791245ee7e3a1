import type { ReactNode } from 'react';
import { Failure } from './Failure';
import { Skeleton } from './Skeleton';

interface LoadedProps<Data> {
  /** As `useQuery` tells of it. */
  readonly of: { readonly data: Data | undefined; readonly error: Error | null };
  readonly lines?: number;
  readonly children: (data: Data) => ReactNode;
}

/** What was asked for, or where it will be, or why it is not there. */
export function Loaded<Data>({ of: { data, error }, lines = 6, children }: LoadedProps<Data>) {
  return (
    <>
      <Failure of={error} />
      {data !== undefined ? children(data) : error === null && <Skeleton lines={lines} />}
    </>
  );
}
