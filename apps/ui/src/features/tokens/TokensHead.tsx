import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { PageHead } from '../../ui/PageHead';
import { Tabs } from '../../ui/Tabs';

export function TokensHead({ children }: { readonly children: ReactNode }) {
  return (
    <>
      <PageHead
        title="Tokens"
        note="These are this cluster's own: a token of another cluster of the set is unknown here. Roles are the same on all."
      >
        {children}
      </PageHead>
      <Tabs label="Tokens">
        <Link to="/vault/access/tokens" activeOptions={{ exact: true }}>
          Tokens
        </Link>
        <Link to="/vault/access/tokens/roles">Roles</Link>
      </Tabs>
    </>
  );
}
