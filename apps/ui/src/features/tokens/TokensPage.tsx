import { PlusIcon } from '@primer/octicons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useMay } from '../../session/may';
import { AsCommand } from '../../ui/AsCommand';
import { Button } from '../../ui/Button';
import { ButtonLink } from '../../ui/ButtonLink';
import { Card } from '../../ui/Card';
import { TextField } from '../../ui/Field';
import { Form } from '../../ui/Form';
import { Loaded } from '../../ui/Loaded';
import { accessorFault } from './accessor-fault';
import { AccessorsCard } from './AccessorsCard';
import { ACCESSORS } from './calls';
import { TokenLookupCard } from './TokenLookupCard';
import { TokenFacts } from './TokenFacts';
import { TokensHead } from './TokensHead';
import styles from './tokens.module.css';
import { accessorIn, useOwnToken } from './own-token';

export function TokensPage() {
  const may = useMay('auth/token/create');
  return (
    <>
      <TokensHead>
        <AsCommand request={{ method: 'GET', path: ACCESSORS, query: { list: 'true' } }} />
        {may('auth/token/create', 'update') && (
          <ButtonLink kind="primary" icon={<PlusIcon />} to="/vault/access/tokens/create">
            Create token
          </ButtonLink>
        )}
      </TokensHead>
      <OwnCard />
      <div className={styles.pair}>
        <AccessorLookupCard />
        <TokenLookupCard />
      </div>
      <AccessorsCard />
    </>
  );
}

/** A batch token has no accessor, and so no page of its own. */
function OwnCard() {
  const own = useOwnToken();
  return (
    <Card title="Your own token">
      <Loaded of={own} lines={2}>
        {({ data }) =>
          accessorIn(data) === undefined ? (
            <TokenFacts token={data ?? {}} />
          ) : (
            <>
              <p>What it is, what it may do, and until when: you are signed in here by it.</p>
              <div>
                <ButtonLink to="/vault/access/tokens/show/$accessor" params={{ accessor: accessorIn(data) ?? '' }}>
                  Show it
                </ButtonLink>
              </div>
            </>
          )
        }
      </Loaded>
    </Card>
  );
}

function AccessorLookupCard() {
  const navigate = useNavigate();
  const [accessor, setAccessor] = useState('');
  const fault = accessorFault(accessor);
  return (
    <Card title="Look up by accessor">
      <Form
        onSend={() =>
          fault === undefined &&
          void navigate({ to: '/vault/access/tokens/show/$accessor', params: { accessor: accessor.trim() } })
        }
      >
        <TextField
          label="Accessor"
          help="Names a token, and cannot be used in its place."
          error={fault}
          required
          value={accessor}
          onText={setAccessor}
          autoComplete="off"
          spellCheck={false}
        />
        <div>
          <Button type="submit" aria-label="Look up the accessor">
            Look up
          </Button>
        </div>
      </Form>
    </Card>
  );
}
