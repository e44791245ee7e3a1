import { useState } from 'react';
import { Alert } from '../../ui/Alert';
import { TextArea, TextField } from '../../ui/Field';
import { durationOf } from '../../ui/format';
import { useNow } from '../../ui/useNow';
import { type ActivationToken, readActivationToken } from './activation-token';
import type { EnableSecondary } from './calls';

const NOTHING: EnableSecondary = { token: '', primaryApiAddr: '', caFile: '', caPath: '' };

/** What a cluster is told to follow a primary. A token that holds no address needs one beside it. */
export function useJoinOrder() {
  const [order, setOrder] = useState(NOTHING);
  const read = readActivationToken(order.token);
  const lacksAddress = read !== undefined && read.addr === undefined && order.primaryApiAddr === '';
  return {
    order,
    read,
    lacksAddress,
    isComplete: order.token !== '' && !lacksAddress,
    change: (part: Partial<EnableSecondary>): void => setOrder((before) => ({ ...before, ...part })),
  };
}

/** The order, as it is written. */
interface JoinFieldsProps {
  readonly order: EnableSecondary;
  readonly read: ActivationToken | undefined;
  readonly lacksAddress: boolean;
  readonly change: (part: Partial<EnableSecondary>) => void;
}

export function JoinFields({ order, read, lacksAddress, change }: JoinFieldsProps) {
  return (
    <>
      <TextArea
        label="Secondary activation token"
        help="Made on the primary, under Secondaries → Add secondary. It is used once."
        required
        value={order.token}
        onText={(token) => change({ token })}
        spellCheck={false}
      />
      {read !== undefined && <TokenFacts {...read} />}
      <TextField
        label="Primary API address"
        error={lacksAddress ? 'The token holds no address of the primary: give it here.' : undefined}
        help="Optional: the token holds one."
        value={order.primaryApiAddr}
        onText={(primaryApiAddr) => change({ primaryApiAddr })}
        spellCheck={false}
      />
      <TextField
        label="CA file"
        help="On this server; without it the system's roots are used."
        value={order.caFile}
        onText={(caFile) => change({ caFile })}
        spellCheck={false}
      />
      <TextField label="CA path" value={order.caPath} onText={(caPath) => change({ caPath })} spellCheck={false} />
    </>
  );
}

function TokenFacts({ addr, expires }: ActivationToken) {
  const now = useNow();
  const left = expires === undefined ? undefined : expires - now;
  if (left !== undefined && left <= 0)
    return <Alert kind="bad">This token has expired. Have a new one made on the primary.</Alert>;
  return (
    <p>
      {addr === undefined ? 'A token without an address' : `A token of ${addr}`}
      {left !== undefined && `, good for another ${durationOf(left)}`}.
    </p>
  );
}
