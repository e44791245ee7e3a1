import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { messageOf } from '../../api/errors';
import { type Envelope, send } from '../../api/send';
import { forget } from '../../session/session';
import { useToken } from '../../session/useToken';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { Failure } from '../../ui/Failure';
import { Card } from '../../ui/Card';
import { SelectField, TextField } from '../../ui/Field';
import { flashWarnings } from '../../ui/flashes';
import { amountOf } from '../../ui/format';
import { Form } from '../../ui/Form';
import { PageHead } from '../../ui/PageHead';
import { type EnableSecondary, enablePrimary, enableSecondary, tried } from './calls';
import styles from './EnableForm.module.css';
import { restarted, useChange } from './change';
import { JoinFields, useJoinOrder } from './JoinFields';
import { WIPED } from './texts';

export function EnableForm() {
  const [role, setRole] = useState<'primary' | 'secondary'>('primary');
  return (
    <>
      <PageHead title="Enable performance replication" note="This cluster is part of no set yet." />
      <Card title="Role">
        <div className={styles.mode}>
          <SelectField label="Cluster mode" value={role} onText={(mode) => setRole(mode as typeof role)}>
            <option value="primary">primary</option>
            <option value="secondary">secondary</option>
          </SelectField>
        </div>
        {role === 'primary' ? <PrimaryForm /> : <SecondaryForm />}
      </Card>
    </>
  );
}

function PrimaryForm() {
  const [primaryClusterAddr, setAddress] = useState('');
  const enable = useChange(enablePrimary({ primaryClusterAddr }), () => undefined);
  return (
    <Form onSend={() => enable.mutate()}>
      <p>A new set begins here. Nothing of what this cluster has is lost.</p>
      <TextField
        label="Primary cluster address"
        help="Optional: the address that secondaries are told, in place of this cluster's own."
        value={primaryClusterAddr}
        onText={setAddress}
        spellCheck={false}
      />
      <Failure of={enable.error} />
      <Button type="submit" kind="primary" busy={enable.isPending}>
        Enable Replication
      </Button>
    </Form>
  );
}

function SecondaryForm() {
  const fields = useJoinOrder();
  const { order, read, isComplete } = fields;
  const [typed, setTyped] = useState('');
  const join = useJoin(order);
  return (
    <Form onSend={() => join.mutate()}>
      <Alert kind="bad" title="What this cluster has is lost.">
        {WIPED}
      </Alert>
      <JoinFields {...fields} />
      {read !== undefined && <WillBeWiped order={order} />}
      <TextField
        label="Type Performance to go on"
        value={typed}
        onText={setTyped}
        autoComplete="off"
        spellCheck={false}
      />
      <Failure of={join.error} />
      <Button type="submit" kind="danger" busy={join.isPending} disabled={!isComplete || typed !== 'Performance'}>
        Enable Replication
      </Button>
    </Form>
  );
}

/** Whoever was signed in is no longer known: the cluster has its primary's users now. */
function useJoin(order: EnableSecondary) {
  const token = useToken();
  return useMutation({
    mutationFn: () => send<Envelope<null> | undefined>(enableSecondary(order), { token }),
    onSuccess: async (answer) => {
      flashWarnings(answer?.warnings);
      await restarted();
      forget('joined');
    },
  });
}

/** `data` of a join that was only tried. */
interface Wiped {
  readonly wiped?: {
    readonly mounts?: readonly string[];
    readonly local_mounts?: readonly string[];
    readonly tokens?: number;
    readonly leases?: number;
  };
}

/**
 * The cluster sends the token to the primary as soon as this is asked. An address that is still being typed is somebody else's: it is asked for it
 * when that is wanted.
 */
function WillBeWiped({ order }: { readonly order: EnableSecondary }) {
  const [wanted, setWanted] = useState<EnableSecondary>();
  const isTokensOwn = order.primaryApiAddr === '' && order.caFile === '' && order.caPath === '';
  if (!isTokensOwn && wanted !== order)
    return <Button onClick={() => setWanted(order)}>Show what will be wiped</Button>;
  return <JoinTrial order={order} />;
}

function JoinTrial({ order }: { readonly order: EnableSecondary }) {
  const token = useToken();
  const trial = useQuery({
    queryKey: ['join-trial', order],
    queryFn: ({ signal }) => send<Envelope<Wiped>>(tried(enableSecondary(order)), { token, signal }),
    gcTime: 0,
  });
  if (trial.error !== null)
    return (
      <Alert kind="warn" title="It would fail now.">
        {messageOf(trial.error)}
      </Alert>
    );
  const { mounts = [], local_mounts: local = [], tokens = 0, leases = 0 } = trial.data?.data.wiped ?? {};
  if (trial.data === undefined) return null;
  return (
    <Alert kind="warn" title="What will be wiped">
      <p>
        {amountOf(mounts.length, 'mount')}, {amountOf(local.length, 'local mount')}, {amountOf(tokens, 'token')},{' '}
        {amountOf(leases, 'lease')}.
      </p>
      <p>
        <code>{[...mounts, ...local].join(', ')}</code>
      </p>
    </Alert>
  );
}
