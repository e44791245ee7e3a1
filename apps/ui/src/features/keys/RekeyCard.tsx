import { type ReactNode, useState } from 'react';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { flash } from '../../ui/flashes';
import { Loaded } from '../../ui/Loaded';
import { ShownOnce } from '../../ui/ShownOnce';
import { useAttempt, useKeyCall } from './attempt';
import { cancelRekey, giveOldKey, REKEY_STATUS, type RekeyStatus } from './calls';
import { CancelDialog } from './CancelDialog';
import { GiveKey } from './GiveKey';
import { RekeyForm } from './RekeyForm';
import { VerifyForm } from './VerifyForm';

/** New unseal keys, and a new root key behind them: from the form to the last key that is given back. */
export function RekeyCard() {
  const read = useAttempt<RekeyStatus>(REKEY_STATUS);
  // Told once, and forgotten when they are stored.
  const [made, setMade] = useState<RekeyStatus>();
  if (made !== undefined) return <NewKeys made={made} onStored={() => setMade(undefined)} />;
  return (
    <Loaded of={read}>
      {(status) => {
        if (status.started !== true) return <RekeyForm />;
        // By the nonce: what was typed and asked for one rekey is not meant for another that takes its place.
        if (status.verification_nonce !== undefined)
          return (
            <RekeyFrame key={status.nonce} title="Give the new keys back" status={status}>
              <VerifyForm />
            </RekeyFrame>
          );
        return <OldKeys key={status.nonce} status={status} onMade={setMade} />;
      }}
    </Loaded>
  );
}

function OldKeys({ status, onMade }: { readonly status: RekeyStatus; readonly onMade: (made: RekeyStatus) => void }) {
  const { nonce, t, n, progress, required } = status;
  const give = useKeyCall<RekeyStatus>((answer) => {
    if (answer.complete === true) onMade({ ...answer, t, n });
  });
  return (
    <RekeyFrame title="Give the old keys" status={status}>
      <p>
        {n} new {n === 1 ? 'key' : 'keys'} will be made, {t} of which {t === 1 ? 'unseals' : 'unseal'}. Behind the last
        old key they are shown, here and once.
      </p>
      <GiveKey
        label="Unseal Key Portion"
        progress={progress}
        required={required}
        nonce={nonce}
        write={give}
        request={(key) => giveOldKey(key, nonce)}
      />
    </RekeyFrame>
  );
}

function NewKeys({ made, onStored }: { readonly made: RekeyStatus; readonly onStored: () => void }) {
  const { keys = [], keys_base64 = [], t, verification_required: isVerified } = made;
  const leave = (): void => {
    if (!isVerified) flash('The new keys count from now on.');
    onStored();
  };
  return (
    <Card title="Store these now">
      <ShownOnce
        rows={keys_base64.map((key, at) => [`Key ${at + 1}`, key] as const)}
        file={{ name: 'tidelock-keys.json', content: { keys, keys_base64 } }}
        next={isVerified ? 'Continue to the verification' : 'Done'}
        onNext={leave}
      >
        {isVerified
          ? `The old keys count until ${t} of these have been given back.`
          : `Without ${t} of them nobody opens this cluster after a restart. The old ones count no longer.`}
      </ShownOnce>
    </Card>
  );
}

interface RekeyFrameProps {
  readonly title: string;
  readonly status: RekeyStatus;
  readonly children: ReactNode;
}

/** What stands around each step, until the new keys count. */
function RekeyFrame({ title, status: { nonce }, children }: RekeyFrameProps) {
  const [isCancelled, setCancelled] = useState(false);
  return (
    <Card
      title={title}
      aside={
        <Button kind="danger" onClick={() => setCancelled(true)}>
          Cancel rekey…
        </Button>
      }
    >
      {children}
      {isCancelled && (
        <CancelDialog
          title="Cancel this rekey?"
          verb="Cancel rekey"
          request={cancelRekey(nonce)}
          done="The rekey is cancelled. The old keys go on to count."
          onClose={() => setCancelled(false)}
        >
          <p>The old unseal keys go on to count. New ones that were shown are worth nothing.</p>
        </CancelDialog>
      )}
    </Card>
  );
}
