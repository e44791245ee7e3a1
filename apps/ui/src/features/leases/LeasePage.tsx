import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { Envelope } from '../../api/send';
import { useMay } from '../../session/may';
import { useRead } from '../../session/read';
import { AsCommand } from '../../ui/AsCommand';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { Facts } from '../../ui/Facts';
import { momentOf } from '../../ui/format';
import { Loaded } from '../../ui/Loaded';
import { PageHead } from '../../ui/PageHead';
import { useNow } from '../../ui/useNow';
import { bare, isOfToken, type Lease, lookUp } from './calls';
import { RenewLeaseDialog } from './RenewLeaseDialog';
import { RevokeLeaseDialog } from './RevokeLeaseDialog';
import { lifeLeft } from '../../ui/life';
import styles from './leases.module.css';
import { Steps } from './Steps';

export function LeasePage() {
  const { _splat: id = '' } = useParams({ from: '/frame/vault/access/leases/show/$' });
  const lease = useRead<Envelope<Lease>>(lookUp(id), { gcTime: 0 });
  const place = id.slice(0, id.lastIndexOf('/') + 1);
  return (
    <>
      <PageHead title="Lease" note={<Steps to={place} />}>
        <AsCommand request={lookUp(id)} />
      </PageHead>
      <Loaded of={lease}>
        {({ data }) => (
          <Card title="What is known of it" aside={<LeaseActions id={id} renewable={data?.renewable === true} />}>
            <LeaseFacts id={id} lease={data ?? {}} />
          </Card>
        )}
      </Loaded>
    </>
  );
}

function LeaseFacts({ id, lease }: { readonly id: string; readonly lease: Lease }) {
  const now = useNow();
  return (
    <Facts
      rows={[
        ['Lease ID', id, 'code'],
        ['Of', isOfToken(id) ? 'a token: revoking the lease revokes the token' : 'a secret of an engine'],
        ['Issued', momentIn(lease.issue_time) ?? 'not told'],
        ['Last renewed', momentIn(lease.last_renewal) ?? 'never'],
        ['Expires', momentIn(lease.expire_time) ?? 'never'],
        ['Time left', lifeLeft(lease.expire_time, now)],
        ['Renewable', lease.renewable === true ? 'yes' : 'no'],
      ]}
    />
  );
}

function momentIn(time: unknown): string | undefined {
  const moment = typeof time === 'string' ? Date.parse(time) : NaN;
  return Number.isNaN(moment) ? undefined : momentOf(moment);
}

function LeaseActions({ id, renewable }: { readonly id: string; readonly renewable: boolean }) {
  const navigate = useNavigate();
  const may = useMay('sys/leases/renew', 'sys/leases/revoke');
  const [asked, setAsked] = useState<'renew' | 'revoke'>();
  const close = (): void => setAsked(undefined);
  const leave = (): void => {
    const place = bare(id.slice(0, id.lastIndexOf('/') + 1));
    void (place === ''
      ? navigate({ to: '/vault/access/leases' })
      : navigate({ to: '/vault/access/leases/list/$', params: { _splat: place } }));
  };
  return (
    <div className={styles.actions}>
      {renewable && may('sys/leases/renew', 'update') && <Button onClick={() => setAsked('renew')}>Renew…</Button>}
      {may('sys/leases/revoke', 'update') && (
        <Button kind="danger" onClick={() => setAsked('revoke')}>
          Revoke…
        </Button>
      )}
      {asked === 'renew' && <RenewLeaseDialog id={id} onClose={close} />}
      {asked === 'revoke' && <RevokeLeaseDialog id={id} onClose={close} onDone={leave} />}
    </div>
  );
}
