import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { Envelope } from '../../api/send';
import { useMay } from '../../session/may';
import { useRead } from '../../session/read';
import { AsCommand } from '../../ui/AsCommand';
import { Button } from '../../ui/Button';
import { ButtonLink } from '../../ui/ButtonLink';
import { Card } from '../../ui/Card';
import { Loaded } from '../../ui/Loaded';
import { PageHead } from '../../ui/PageHead';
import { lookUpAccessor, renewAccessor, revokeAccessor, type TokenAnswer } from './calls';
import { CapabilitiesCard } from './CapabilitiesCard';
import { RenewTokenDialog } from './RenewTokenDialog';
import { RevokeTokenDialog } from './RevokeTokenDialog';
import { TokenFacts } from './TokenFacts';
import styles from './tokens.module.css';
import { accessorIn, useOwnToken } from './own-token';

/** One token, by its accessor. */
export function TokenPage() {
  const { accessor } = useParams({ from: '/frame/vault/access/tokens/show/$accessor' });
  const own = accessorIn(useOwnToken().data?.data);
  const token = useRead<Envelope<TokenAnswer>>(lookUpAccessor(accessor), { gcTime: 0 });
  return (
    <>
      <PageHead
        title="Token"
        badge={own === accessor ? 'yours' : undefined}
        note="It is this cluster's own, and unknown to the others of a set."
      >
        <AsCommand request={lookUpAccessor(accessor)} />
        <ButtonLink to="/vault/access/tokens">All tokens</ButtonLink>
      </PageHead>
      <Loaded of={token}>
        {({ data }) => (
          <>
            <Card
              title="What is known of it"
              aside={<TokenActions accessor={accessor} token={data ?? {}} isOwn={own === accessor} />}
            >
              <TokenFacts token={data ?? {}} />
            </Card>
            <CapabilitiesCard accessor={accessor} />
          </>
        )}
      </Loaded>
    </>
  );
}

interface ActionsProps {
  readonly accessor: string;
  readonly token: TokenAnswer;
  readonly isOwn: boolean;
}

function TokenActions({ accessor, token, isOwn }: ActionsProps) {
  const [asked, setAsked] = useState<'renew' | 'revoke'>();
  const renew = renewAccessor(accessor, '').path;
  const revoke = revokeAccessor(accessor).path;
  const may = useMay(renew, revoke);
  const close = (): void => setAsked(undefined);
  return (
    <div className={styles.actions}>
      {token.renewable === true && may(renew, 'update') && <Button onClick={() => setAsked('renew')}>Renew…</Button>}
      {may(revoke, 'update') && (
        <Button kind="danger" onClick={() => setAsked('revoke')}>
          Revoke…
        </Button>
      )}
      {asked === 'renew' && <RenewTokenDialog accessor={accessor} onClose={close} />}
      {asked === 'revoke' && (
        <RevokeTokenDialog accessor={accessor} name={String(token.display_name ?? '')} isOwn={isOwn} onClose={close} />
      )}
    </div>
  );
}
