import type { PrimaryStatus, SecondaryStatus } from '@tidelock/api-answers';
import { lazy, Suspense } from 'react';
import { hasNews } from './news';

const Banners = lazy(async () => ({ default: (await import('./Banners')).Banners }));

/** What a person has to know; mostly nothing, and then it is not loaded. */
export const NewsOf = ({ status }: { readonly status: PrimaryStatus | SecondaryStatus }) =>
  hasNews(status) && (
    <Suspense fallback={null}>
      <Banners status={status} />
    </Suspense>
  );
