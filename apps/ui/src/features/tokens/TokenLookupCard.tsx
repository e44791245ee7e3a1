import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { type Envelope, send } from '../../api/send';
import { useToken } from '../../session/useToken';
import { Button } from '../../ui/Button';
import { ButtonLink } from '../../ui/ButtonLink';
import { Card } from '../../ui/Card';
import { Failure } from '../../ui/Failure';
import { SecretField } from '../../ui/Field';
import { Form } from '../../ui/Form';
import { lookUp, type TokenAnswer } from './calls';
import { RevokeOrphanDialog } from './RevokeOrphanDialog';
import { TokenFacts } from './TokenFacts';
import styles from './tokens.module.css';

/** The token itself is in no address: what is known of it is shown here. */
export function TokenLookupCard() {
  const own = useToken();
  const [token, setToken] = useState('');
  const call = useMutation({ mutationFn: () => send<Envelope<TokenAnswer>>(lookUp(token), { token: own }), gcTime: 0 });
  const found = call.data?.data;
  const forget = (): void => {
    setToken('');
    call.reset();
  };
  return (
    <Card title="Look up by token">
      <Form onSend={() => call.mutate()}>
        <SecretField
          label="Token to look up"
          help="It goes to this server alone."
          required
          value={token}
          onText={(text) => {
            setToken(text);
            call.reset();
          }}
          autoComplete="off"
        />
        <Failure of={call.error} />
        <div>
          <Button type="submit" busy={call.isPending} aria-label="Look up the token">
            Look up
          </Button>
        </div>
      </Form>
      {found !== undefined && <Found token={token} found={found} onEnd={forget} />}
    </Card>
  );
}

interface FoundProps {
  readonly token: string;
  readonly found: TokenAnswer;
  readonly onEnd: () => void;
}

function Found({ token, found, onEnd }: FoundProps) {
  const [asked, setAsked] = useState(false);
  const accessor = String(found.accessor ?? '');
  return (
    <>
      <TokenFacts token={found} />
      <div className={styles.actions}>
        {accessor !== '' && (
          <ButtonLink to="/vault/access/tokens/show/$accessor" params={{ accessor }}>
            Renew, revoke, capabilities
          </ButtonLink>
        )}
        {accessor !== '' && (
          <Button kind="danger" onClick={() => setAsked(true)}>
            Revoke, keep its children…
          </Button>
        )}
      </div>
      {asked && <RevokeOrphanDialog token={token} onClose={() => setAsked(false)} onDone={onEnd} />}
    </>
  );
}
