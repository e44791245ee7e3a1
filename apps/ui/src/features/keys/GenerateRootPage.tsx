import { useState } from 'react';
import { useStatus } from '../../cluster/queries';
import { Alert } from '../../ui/Alert';
import { AsCommand } from '../../ui/AsCommand';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { Facts } from '../../ui/Facts';
import { Failure } from '../../ui/Failure';
import { Loaded } from '../../ui/Loaded';
import { PageHead } from '../../ui/PageHead';
import { ShownOnce } from '../../ui/ShownOnce';
import { useAttempt, useKeyCall } from './attempt';
import { cancelRoot, giveRootKey, ROOT_STATUS, type RootStatus, START_ROOT } from './calls';
import { CancelDialog } from './CancelDialog';
import { DecodeCard } from './DecodeCard';
import { GiveKey } from './GiveKey';

export function GenerateRootPage() {
  const isSecondary = useStatus().replication?.mode === 'secondary';
  const read = useAttempt<RootStatus>(ROOT_STATUS);
  // Told once, and kept for as long as this page is open.
  const [otp, setOtp] = useState('');
  const [isStored, setStored] = useState(true);
  const [encoded, setEncoded] = useState('');
  const start = useKeyCall<RootStatus>((status) => {
    setOtp(status.otp);
    setStored(false);
    setEncoded('');
  });
  return (
    <>
      <PageHead title="Generate root" note="A root token, for holders of enough unseal keys. It needs no token.">
        <AsCommand request={START_ROOT} />
      </PageHead>
      {isSecondary && (
        <Alert kind="info">The unseal keys are those of the primary. The token is of this cluster alone.</Alert>
      )}
      {isStored ? (
        <Loaded of={read}>
          {(status) =>
            status.started ? (
              // Another attempt takes its place: what was typed and asked here was meant for this one.
              <RunningAttempt key={status.nonce} status={status} onEncoded={setEncoded} />
            ) : (
              <Card title="Attempt">
                <p>
                  {status.required === 1 ? 'One unseal key is' : `${status.required} unseal keys are`} needed. The token
                  is told under a one-time password, so that whoever gives the last key alone cannot use it.
                </p>
                <Failure of={start.error} />
                <div>
                  <Button kind="primary" busy={start.isPending} onClick={() => start.mutate(START_ROOT)}>
                    Start
                  </Button>
                </div>
              </Card>
            )
          }
        </Loaded>
      ) : (
        <OtpCard otp={otp} onStored={() => setStored(true)} />
      )}
      {encoded !== '' && (
        <Card title="The encoded token">
          <p>The attempt is complete. Decode the token with the one-time password: it is not told again.</p>
          <Facts rows={[['Encoded token', encoded, 'code']]} />
        </Card>
      )}
      {isStored && <DecodeCard key={`${encoded} ${otp}`} encoded={encoded} otp={otp} />}
    </>
  );
}

const OtpCard = ({ otp, onStored }: { readonly otp: string; readonly onStored: () => void }) => (
  <Card title="Store this now">
    <ShownOnce
      rows={[['One-time password (OTP)', otp]]}
      file={{ name: 'tidelock-otp.json', content: { otp } }}
      next="Continue to the keys"
      onNext={onStored}
    >
      Without it the root token cannot be decoded. Keep it from those who give the keys.
    </ShownOnce>
  </Card>
);

interface RunningProps {
  readonly status: RootStatus;
  readonly onEncoded: (encoded: string) => void;
}

function RunningAttempt({ status: { nonce, progress, required }, onEncoded }: RunningProps) {
  const [isCancelled, setCancelled] = useState(false);
  const give = useKeyCall<RootStatus>((answer) => {
    if (answer.complete) onEncoded(answer.encoded_token);
  });
  return (
    <Card
      title="Attempt"
      aside={
        <Button kind="danger" onClick={() => setCancelled(true)}>
          Cancel attempt…
        </Button>
      }
    >
      <GiveKey
        label="Unseal Key Portion"
        progress={progress}
        required={required}
        nonce={nonce}
        write={give}
        request={(key) => giveRootKey(key, nonce)}
      />
      {isCancelled && (
        <CancelDialog
          title="Cancel this attempt?"
          verb="Cancel attempt"
          request={cancelRoot(nonce)}
          done="The attempt is cancelled."
          onClose={() => setCancelled(false)}
        >
          <p>The keys that were given for it are forgotten, and its one-time password is worth nothing.</p>
        </CancelDialog>
      )}
    </Card>
  );
}
